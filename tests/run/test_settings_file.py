"""Commands by hand on a host whose settings lie in a file that only systemd reads for the service."""

import json

import pytest

from data.config.env_file import settings_in
from data.config.settings import SettingsError
from data.runtime.installation import Installation
from tests.dashboards import ROOT, command

WRITTEN = """# the settings
AWS_REGION=eu-central-1
DASHBOARD_PREFIX='acme'
DASHBOARD_SECRET_KEY="with $dollar and # in it"

#DASHBOARD_STAGE=prod
  ; DASHBOARD_STAGE=test
 DASHBOARD_MASTER_KEYS = a key == \t
OIDC_CLIENT_SECRET='a\\nb"c'
OIDC_CLIENT_ID=ab'c #1
DASHBOARD_PUBLIC_URL=
"""


def test_a_file_is_read_as_systemd_reads_it(tmp_path):
    file = tmp_path / "environment"
    file.write_text(WRITTEN)
    assert settings_in(file) == {
        "AWS_REGION": "eu-central-1",
        "DASHBOARD_PREFIX": "acme",
        "DASHBOARD_SECRET_KEY": "with $dollar and # in it",
        "DASHBOARD_MASTER_KEYS": "a key ==",
        "OIDC_CLIENT_SECRET": 'a\\nb"c',
        "OIDC_CLIENT_ID": "ab'c #1",
        "DASHBOARD_PUBLIC_URL": "",
    }


def test_the_example_of_settings_can_be_read():
    assert settings_in(ROOT / "deploy" / "environment.example")["DASHBOARD_ENV"] == "production"


@pytest.mark.parametrize(
    "value",
    [
        *(r"secret\b", r'"secret\nb"', r'"secret\$b"', "secret\\\nb", "'secret", '"secret\nb"'),
        *('"secret" #b', "'secret''b'", r"'secret\'b'"),
    ],
)
def test_what_programs_read_differently_is_refused_by_its_name(tmp_path, value):
    file = tmp_path / "environment"
    file.write_text(f"AWS_REGION=eu-central-1\n\nDASHBOARD_SECRET_KEY={value}\n")
    with pytest.raises(SettingsError, match=r"DASHBOARD_SECRET_KEY, line 3 of .* single quotes") as refused:
        settings_in(file)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("line", ["secret", "export A=secret", "1A=secret", "# secret\\", "\ufeffA=secret", "=secret"])
def test_a_line_that_sets_nothing_is_refused_by_its_number(tmp_path, line):
    file = tmp_path / "environment"
    file.write_text(f"{line}\nA=1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"Line 1 of .* neither NAME=value nor a comment") as refused:
        settings_in(file)
    assert "secret" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path):
    picture = tmp_path / "picture"
    picture.write_bytes(b"\x89PNG\xff")
    nothing = tmp_path / "nothing"
    nothing.write_text("DASHBOARD_PREFIX=a\0b\n")
    missing = (tmp_path / "none", "No such file")
    for file, why in (missing, (tmp_path, "Is a directory"), (picture, "no text"), (nothing, "no text")):
        with pytest.raises(SettingsError, match=why) as refused:
            settings_in(file)
        assert str(file) in str(refused.value)


def test_a_command_goes_by_the_file_over_the_environment(tmp_path):
    file = tmp_path / "environment"
    file.write_text("DASHBOARD_PREFIX=acme\nDASHBOARD_STAGE=prod\n")
    line = ("--settings", str(file), "policy", "serve", "--account", "123456789012")
    done = command(*line, DASHBOARD_PREFIX="globex")
    assert (done.returncode, done.stderr) == (0, "")
    named = {name for statement in json.loads(done.stdout)["Statement"] for name in statement["Resource"]}
    assert "arn:aws:s3:::acme-documents-prod-123456789012" in named
    assert not [name for name in named if "globex" in name]


@pytest.mark.soak
def test_a_command_that_lacks_something_says_so(tmp_path):
    file = tmp_path / "environment"
    file.write_text("DASHBOARD_PREFIX=acme\nDASHBOARD_STAGE=prod\n")
    without = command("--settings", str(file), "policy", "serve")
    assert (without.returncode, without.stdout) == (1, "")
    assert "--account" in without.stderr
    nowhere = command("--settings", str(tmp_path / "none"), "doctor")
    assert (nowhere.returncode, len(nowhere.stderr.splitlines())) == (1, 1)


def test_a_command_can_say_where_it_works(world, tmp_path):
    here = world.settings.model_copy(update={"state_dir": tmp_path, "env": "embedded"})
    assert Installation(here).place == f"the engine in {tmp_path}"
    there = world.settings.model_copy(update={"env": "production", "aws_region": "eu-central-1"})
    assert Installation(there).place == "AWS in eu-central-1"
