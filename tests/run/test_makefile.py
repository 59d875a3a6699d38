"""The part of the start that no Python of ours can see: which Python it will be, and what is installed."""

import shutil
import subprocess

import pytest

from tests.dashboards import ROOT

FITTING = """#!/bin/sh
case "$1" in
-c) exit 0 ;;
--version) echo "Python 3.12.1" ;;
-m) echo "$0 $*" >> made
    [ "$2" = pip ] || { mkdir -p .venv/bin && cp "$0" .venv/bin/python; } ;;
esac
"""
REFUSING = "#!/bin/sh\necho 'no such version is set' >&2; exit 127\n"


@pytest.fixture
def clone(tmp_path):
    """A fresh clone on a machine with make and no Python; `pythons` puts some there."""
    for name in ("Makefile", "requirements.txt", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "make", "mkdir", "cp", "cat", "cmp", "awk", "env"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return tmp_path


def pythons(clone, **scripts):
    for name, script in scripts.items():
        file = clone / "bin" / name.replace("_", ".")
        file.write_text(script)
        file.chmod(0o755)


def make(clone, *words):
    environ = {"PATH": str(clone / "bin")}
    line = [str(clone / "bin" / "make"), *words]
    return subprocess.run(line, cwd=clone, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_no_fitting_python_is_said_with_the_remedy(clone):
    pythons(clone, python3=REFUSING)
    done = make(clone, "run")
    assert done.returncode != 0
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "PYTHON=" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_shim_that_runs_nothing_is_passed_over(clone):
    pythons(clone, python3=REFUSING, python3_13=REFUSING, python3_12=FITTING)
    assert make(clone, "environment").returncode == 0
    assert "python3.12 -m venv" in (clone / "made").read_text()


def test_what_is_installed_is_not_installed_again(clone):
    pythons(clone, python3=FITTING)
    first, second = make(clone, "runs"), make(clone, "runs")
    assert "Installing requirements.txt." in first.stdout
    assert (second.returncode, second.stdout) == (0, "")


def test_changed_requirements_are_installed_at_the_next_start(clone):
    pythons(clone, python3=FITTING)
    make(clone, "runs")
    (clone / "requirements.txt").open("a").write("one-more==1.0\n")
    assert "Installing requirements.txt." in make(clone, "runs").stdout


def test_help_lists_what_can_be_made(clone):
    said = make(clone).stdout
    assert [line.split()[1] for line in said.splitlines()][:4] == ["help", "run", "test", "check"]
