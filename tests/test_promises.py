"""Keeps the documents true: what they name exists, and what must be documented is."""

import re
from inspect import isclass
from sys import modules

import pytest
import typer

from components.frame.navigation import MENU
from data.__main__ import app as command_line
from data.bulk.service import KEPT
from data.config.resources import BUCKETS
from data.config.settings import NAMED, Settings
from data.core.permissions import Role, Scope
from data.http.limited_threads import FILES, PICTURES, READS, WRITES
from data.imports.models import MOST_BYTES, MOST_LINES
from data.imports.rows import MOST_COLUMNS
from data.registry import REGISTRY, TABLES
from data.sample.organisation import SIGN_INS
from data.web.api import api
from data.web.downloads import kinds
from tests.dashboards import ROOT
from tests.test_architecture import AREAS, BELOW, DOMAINS, MAY_OPEN

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
BENCHMARKS = (ROOT / "docs" / "benchmarks.md").read_text()
SECURITY = (ROOT / "docs" / "security.md").read_text()
DEPLOY = (ROOT / "deploy" / "README.md").read_text()
DOCUMENTS = {
    "README.md": README,
    "docs/architecture.md": ARCHITECTURE,
    "docs/benchmarks.md": BENCHMARKS,
    "docs/security.md": SECURITY,
    "deploy/README.md": DEPLOY,
}
OURS = README + ARCHITECTURE + BENCHMARKS + SECURITY  # without deploy/README.md, which names commands of the host
DIAGRAMS = re.findall(r"### ([^\n]+)\n[^#]*?```\n(.*?)```", ARCHITECTURE.partition("## The path")[2], re.DOTALL)
DOORS = {"/sign-in", "/sign-out", "/set-password", "/auth/oidc", "/auth/oidc/callback"}
OUTSIDE_THE_API = DOORS | {"/files/{kind}/{id}", "/healthz", "/readyz", "/api/docs", "/api/openapi.json"}


def named(pattern, text=README):
    """Return what the text names in code spans and blocks, by the first group of `pattern`."""
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return {found for code in {*blocks, *spans} for found in re.findall(pattern, code)}


def section(text, title):
    """Return a section of a document, up to the next title."""
    return re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)[1]


def rows(text):
    """Return the cells of all table rows but the first header; code marks are removed from the first cell."""
    found = (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return [[cell.strip(" `") for cell in cells[:1]] + cells[1:] for cells in found][1:]


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
def test_every_setting_is_in_the_readme(name):
    assert name in named(r"\b([A-Z][A-Z0-9_]+)\b")


def test_every_setting_that_a_document_names_exists():
    wild = {name for name in named(r"\b(DASHBOARD_[A-Z0-9_]+)\b", OURS + DEPLOY) if not NAMED.fullmatch(f"{name}X")}
    assert wild - store_settings() <= settings()


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_in_the_readme(name):
    assert name in named(r"python -m data ([a-z-]+)")


def test_every_command_that_a_document_names_exists():
    assert named(r"python -m data ([a-z][a-z-]*)", OURS) <= commands()
    assert named(r"\$dashboard ([a-z][a-z-]*)", DEPLOY) <= commands()


@pytest.mark.parametrize("name", sorted(targets()))
def test_every_make_target_is_in_the_readme(name):
    assert name in named(r"make ([a-z]+)")


def test_every_make_target_that_a_document_names_exists():
    assert named(r"make (?:-C \S+ )?([a-z]+)", OURS + DEPLOY) <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_the_tour_of_the_readme_lists_every_page_in_menu_order():
    tour = re.findall(r"^- \*\*([^*]+)\*\*", section(README, "Tour"), re.MULTILINE)
    assert tour == [screen.title for screens in MENU.values() for screen in screens]


def test_the_documents_name_every_route_and_no_other(world):
    served = {f"/api{path}" for path in api(world.services).openapi()["paths"]} | OUTSIDE_THE_API
    assert named(r"(?:^| )(/[a-z][a-zA-Z0-9/_{}.-]*)", section(ARCHITECTURE, "Routes")) == served
    assert named(r"(?:^| )(/[a-z][a-zA-Z0-9/_{}.-]*)", OURS) <= served


def test_the_documents_name_every_kind_of_download(world):
    (row,) = [row for row in rows(section(ARCHITECTURE, "Routes")) if row[0].startswith("/files")]
    assert named(r"^([a-z]+)$", row[1]) == set(kinds(world.services))


@pytest.mark.parametrize("person", SIGN_INS, ids=lambda person: person.email)
def test_the_sample_accounts_of_the_readme_exist(person):
    row = next(line for line in README.splitlines() if person.email in line)
    assert f"`{person.password}`" in row
    assert person.role in row
    assert person.organisation in row


def test_the_readme_describes_every_role_and_scope():
    assert [row[0] for row in rows(section(README, "Roles"))] == [str(role) for role in Role]
    assert [row[0] for row in rows(section(README, "API"))] == [str(scope) for scope in Scope]


def test_the_readme_states_the_limits_of_the_product():
    text = " ".join(README.split())
    megabytes, days = MOST_BYTES // 1024 // 1024, {7: "seven"}[KEPT.days]
    assert f"{megabytes} MB, {MOST_LINES:,} rows and {MOST_COLUMNS} columns" in text
    assert f"undo the change for {days} days" in text
    assert (
        f"{READS.per_user} reads, {WRITES.per_user} writes, {FILES.per_user} downloads and "
        f"{PICTURES.per_user} picture uploads open"
    ) in text


def test_the_readme_is_short():
    assert len(README.splitlines()) < 220


def test_the_architecture_lists_the_domains_as_they_describe_themselves():
    listed = rows(section(ARCHITECTURE, "Domains"))[: len(DOMAINS)]
    assert listed == [[domain.name, domain.help] for domain in REGISTRY.domains]


def test_the_architecture_states_what_each_package_may_import():
    listed = {row[0]: row for row in rows(section(ARCHITECTURE, "Packages of `data/`"))}
    packages = BELOW.keys() - set(DOMAINS)
    assert listed.keys() == {*packages, "domains"}
    stated = {
        name: packages_in(cells[2], before=list(listed)[: list(listed).index(name)]) for name, cells in listed.items()
    }
    expected = {name: BELOW[name] - {name} for name in packages} | {"domains": BELOW[DOMAINS[0]]}
    assert stated == expected


def packages_in(cell, before):
    """Return the packages that a cell of the table names."""
    names = set(before) if "everything above" in cell else set(re.findall(r"`([a-z_]+)`", cell))
    return names - {"domains"} | (set(DOMAINS) if "domains" in {*names, *cell.replace(",", " ").split()} else set())


def test_the_architecture_states_which_files_of_other_domains_a_file_may_open():
    cells = {row[0]: row[2] for row in rows(section(ARCHITECTURE, "Domains")) if row[0] in MAY_OPEN}
    stated = {name: set(re.findall(r"`([a-z]+)`", cell)) for name, cell in cells.items()}
    assert stated == {name: {one for one in opened if "_" not in one} for name, opened in MAY_OPEN.items()}


def test_the_architecture_lists_the_folders_of_components_in_their_order():
    parts = re.findall(r"`components/([a-z_]+)(?:/|\.py)`", section(ARCHITECTURE, "Components"))
    folders = {path.parent.name for path in (ROOT / "components").glob("*/*.py")}
    assert parts == [area for area in AREAS if area in folders | {"session"}]
    assert set(parts) == folders | {"session"}


def test_the_architecture_shows_four_paths_in_twelve_lines_each():
    assert [title for title, _ in DIAGRAMS] == ["A list", "A write", "An upload", "A job"]
    assert [title for title, diagram in DIAGRAMS if len(diagram.splitlines()) > 12] == []


def test_everything_in_the_paths_exists():
    classes = {
        name: one
        for module in list(modules.values())
        if module.__name__.startswith("data.")
        for name, one in vars(module).items()
        if isclass(one)
    }
    attributes = named(r"\b([A-Z][A-Za-z]+\.[A-Za-z_]+)\b", ARCHITECTURE.replace("README.md", ""))
    absent = {name for name in attributes if not hasattr(classes.get(name.split(".")[0]), name.split(".")[1])}
    product = "".join(path.read_text() for folder in ("data", "components") for path in (ROOT / folder).rglob("*.py"))
    absent |= {name for name in named(r"(?<![.\w])([a-z_]+)\(\)", ARCHITECTURE) if f"def {name}(" not in product}
    assert absent == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_exists(document):
    text = DOCUMENTS[document]
    folders = "data|components|pages|tests|deploy|benchmarks|docs"
    files = {ROOT / name for name in named(rf"(?:^|[ (])((?:{folders})/[A-Za-z0-9_./-]*)", text)}
    linked = {(ROOT / document).parent / name for name in re.findall(r"\]\((?!http)([^)#]+)\)", text)}
    assert [str(path) for path in sorted(files | linked) if not path.exists()] == []


def test_the_security_document_describes_the_emulator_in_five_sentences():
    assert len(re.findall(r"[.!?](?=\s|$)", section(SECURITY, "The emulator"))) == 5
