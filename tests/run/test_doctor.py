"""`python -m data doctor`, as whoever runs the installation meets it."""

import json
from shutil import copytree

import pytest

from data.doctor import diagnose
from data.registry import TABLES
from data.runtime.doctor_report import told
from tests.dashboards import command

pytestmark = pytest.mark.engine


@pytest.mark.soak
def test_doctor_misses_everything_before_setup_and_nothing_after(tmp_path):
    environ = {"DASHBOARD_STATE_DIR": str(tmp_path)}
    before = command("doctor", **environ)
    assert before.returncode == 1, before.stderr
    assert "MISSING  table pre-work-users-dev: The table is not there.\n         python -m data setup" in before.stdout
    assert command("setup", **environ).returncode == 0
    after = command("doctor", "--json", **environ)
    assert (after.returncode, after.stderr) == (0, "")
    answer = json.loads(after.stdout)
    assert answer["ok"]
    assert {finding["state"] for finding in answer["findings"]} == {"ok"}


def test_doctor_finds_a_complete_installation_in_order(tmp_path, sample):
    state = copytree(sample, tmp_path / "state")
    done = command("doctor", "--json", DASHBOARD_STATE_DIR=str(state))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["ok"]


def test_the_report_names_what_is_missing_and_the_remedy(world):
    world.clients.dynamodb.delete_table(TableName="pre-work-users-dev")
    report = told(diagnose(world.clients, world.settings))
    assert "MISSING  table pre-work-users-dev: The table is not there.\n         python -m data setup" in report


def test_the_report_says_that_all_is_well(world):
    findings = diagnose(world.clients, world.settings, TABLES)
    assert told(findings) == f"{len(findings)} things looked at: all is well."
