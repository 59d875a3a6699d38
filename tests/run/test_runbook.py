"""The commands that deploy/README.md gives to whoever looks after a host, as bash runs them, but for AWS."""

import re
import subprocess
import sys

import pytest

from data.config.resources import CRITICAL, ROLE_CHANGES
from data.config.settings import load
from data.registry import TABLES
from tests.dashboards import PATIENCE, ROOT, environment

RUNBOOK = (ROOT / "deploy" / "README.md").read_text()
SNIPPETS = re.findall(r"^ *```\n(.*?)^ *```", RUNBOOK, re.MULTILINE | re.DOTALL)
HOST = {"DASHBOARD_PREFIX": "acme", "DASHBOARD_STAGE": "prod", "DASHBOARD_TABLE_USERS": "people"}
SET = {"ACCOUNT": "123456789012", "AWS_REGION": "eu-central-1"}


def snippet(part):
    (found,) = [text for text in SNIPPETS if part in text]
    return found


@pytest.fixture
def run(tmp_path):
    """Run a snippet on a host whose settings lie in a file, with an `aws` that says what it is asked, or does `aws`."""
    file = tmp_path / "environment"
    file.write_text("".join(f"{name}={value}\n" for name, value in HOST.items()))
    dashboard = f"{sys.executable} -m data --settings {file}"

    def run(text, *, aws='echo "$@"', **given):
        return subprocess.run(
            ["bash", "--noprofile", "--norc"],
            cwd=ROOT,
            env=environment(**({"dashboard": dashboard} | given)),
            input=f"aws() {{ {aws}; }}\n{text}",
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


def test_the_backup_is_of_each_table_there_is(run):
    done = run(snippet("update-continuous-backups"), **SET)
    assert (done.returncode, done.stderr) == (0, "")
    names = {load(HOST).table(table.name) for table in TABLES}
    for command in ("update-continuous-backups", "update-table"):
        told = re.findall(rf"^dynamodb {command} --table-name (\S+) ", done.stdout, re.MULTILINE)
        assert sorted(told) == sorted(names)


def test_the_alerts_are_those_of_this_installation(run):
    done = run(snippet("sns subscribe"), **SET)
    assert (done.returncode, done.stderr) == (0, "")
    topics = [load(HOST).message_name(topic.name) for topic in (CRITICAL, ROLE_CHANGES)]
    told = re.findall(r"--topic-arn (\S+)$", done.stdout, re.MULTILINE)
    assert sorted(told) == sorted(f"arn:aws:sns:eu-central-1:123456789012:{topic}" for topic in topics)


@pytest.mark.parametrize("part", ["update-continuous-backups", "sns subscribe"])
@pytest.mark.parametrize("wrong", [{"ACCOUNT": ""}, {"dashboard": "false"}, {"dashboard": "true"}, {"aws": "false"}])
def test_what_was_not_done_is_no_success(run, part, wrong):
    done = run(snippet(part), **SET | wrong)
    assert (done.returncode != 0, done.stdout) == (True, "")


def test_what_the_commands_use_is_set_at_the_beginning():
    given = set(re.findall(r"\b(\w+)=", snippet("dashboard=")))
    own = {name for text in SNIPPETS for name in re.findall(r"\bfor (\w+) in|\b(\w+)=\$\(", text)}
    used = {name for text in SNIPPETS for name in re.findall(r"\$(\w+)", text)}
    assert used - {name for names in own for name in names} <= given
