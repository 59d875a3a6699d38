"""Keeps README.md true: what it names exists, and what exists it names."""

import re

import pytest
import typer

from components.frame.navigation import MENU
from data.__main__ import app as command_line
from data.config.resources import BUCKETS
from data.config.settings import NAMED, Settings
from data.registry import DOMAINS, TABLES
from data.sample.organisation import SIGN_INS
from data.web.api import api
from tests.dashboards import ROOT

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
CODE = set(re.findall(r"`([^`\n]+)`", README)) | set(re.findall(r"```\w*\n(.*?)```", README, re.DOTALL))
DOORS = {"/sign-in", "/sign-out", "/set-password", "/auth/oidc", "/auth/oidc/callback"}
OUTSIDE_THE_API = DOORS | {"/files/{kind}/{id}", "/healthz", "/readyz", "/api/docs", "/api/openapi.json"}


def named(pattern):
    """What README names in code spans and blocks, by the first group of `pattern`."""
    return {found for text in CODE for found in re.findall(pattern, text)}


def settings():
    return {
        field.validation_alias if isinstance(field.validation_alias, str) else f"DASHBOARD_{name.upper()}"
        for name, field in Settings.model_fields.items()
        if name != "names"
    }


def store_settings():
    tables = {f"DASHBOARD_TABLE_{table.name}" for table in TABLES}
    return {name.upper().replace("-", "_") for name in tables | {f"DASHBOARD_BUCKET_{one.name}" for one in BUCKETS}}


def commands():
    return set(typer.main.get_command(command_line).commands)


def targets():
    return set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(settings()))
def test_every_setting_stands_in_the_readme(name):
    assert name in named(r"\b([A-Z][A-Z0-9_]+)\b")


def test_every_setting_that_the_readme_names_exists():
    wild = {name for name in named(r"\b(DASHBOARD_[A-Z0-9_]+)\b") if not NAMED.fullmatch(f"{name}X")}
    assert wild - store_settings() <= settings()


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_stands_in_the_readme(name):
    assert name in named(r"python -m data ([a-z-]+)")


def test_every_command_that_the_readme_names_exists():
    assert named(r"python -m data ([a-z][a-z-]*)") <= commands()


@pytest.mark.parametrize("name", sorted(targets()))
def test_every_make_target_stands_in_the_readme(name):
    assert name in named(r"make ([a-z]+)")


def test_every_make_target_that_the_readme_names_exists():
    assert named(r"make ([a-z]+)") <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("title", [screen.title for screens in MENU.values() for screen in screens])
def test_every_page_stands_in_the_readme(title):
    assert f"**{title}**" in README


def test_every_page_in_bold_exists():
    bold = set(re.findall(r"^- \*\*([^*]+)\*\*", README, re.MULTILINE))
    assert bold <= {screen.title for screens in MENU.values() for screen in screens}


def test_the_routes_are_those_that_the_readme_names(world):
    served = {f"/api{path}" for path in api(world.services).openapi()["paths"]} | OUTSIDE_THE_API
    assert named(r"(?:^| )(/[a-z][a-zA-Z0-9/_{}.-]*)") == served


@pytest.mark.parametrize("person", SIGN_INS, ids=lambda person: person.email)
def test_the_sign_ins_of_the_readme_are_those_of_the_sample(person):
    row = next(line for line in README.splitlines() if person.email in line)
    assert f"`{person.password}`" in row
    assert person.role in row


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_has_its_row_in_the_map(domain):
    assert re.search(rf"\b{domain}\b", README)


def test_every_file_that_the_readme_names_is_there():
    files = named(r"(?:^|[ (])((?:data|components|pages|tests|deploy|benchmarks|docs)/[A-Za-z0-9_./-]*)")
    linked = set(re.findall(r"\]\((?!http)([^)#]+)\)", README))
    assert [name for name in sorted(files | linked) if not (ROOT / name).exists()] == []


def test_the_security_document_describes_the_emulator_in_five_sentences():
    text = (ROOT / "docs/security.md").read_text().partition("## The emulator\n")[2].partition("\n## ")[0]
    assert len(re.findall(r"[.!?](?=\s|$)", text)) == 5
