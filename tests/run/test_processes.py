"""Starting and stopping, with real processes: nothing is asked but what a person at a terminal sees."""

import json
import os
import re
import signal
import subprocess
import sys
from shutil import copytree

import httpx
import psutil
import pytest

from data.sample.organisation import SIGN_INS
from tests.dashboards import (
    PATIENCE,
    ROOT,
    command,
    ended,
    environment,
    free_port,
    gone,
    running_dashboard,
    sample_person,
    started,
    until,
)

ANN = ("--email", "ann@acme.example", "--password", "correct horse staple", "--org", "acme")


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory, sample):
    """One that runs for all tests that do it no harm."""
    with running_dashboard(tmp_path_factory.mktemp("run") / "state", like=sample) as dashboard:
        yield dashboard


@pytest.fixture
def at(dashboard):
    """The environment of somebody at the same terminal."""
    return {"DASHBOARD_STATE_DIR": str(dashboard.state), "DASHBOARD_PORT": str(dashboard.port)}


def test_it_says_where_it_is_once_it_is_there(dashboard):
    assert f"The dashboard is at {dashboard.url}" in dashboard.said
    assert dashboard.client().get("/").headers["location"].startswith("/sign-in")


def test_the_sign_ins_that_it_prints_open_it(dashboard):
    for person in SIGN_INS:
        assert person.email in dashboard.said
        assert person.password in dashboard.said
        me = dashboard.signed_in(person.role, person.organisation).get("/api/auth/me").json()
        assert (me["user"]["role"], me["user"]["email"]) == (person.role, person.email)


def test_the_api_example_of_the_readme_works(dashboard, at):
    """Bash runs it, with a `curl` that prints its arguments, so that the test needs no curl."""
    example = re.search(r"```\n(TOKEN=.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    example = example.replace(".venv/bin/python", sys.executable).replace(":8501/", f":{dashboard.port}/")
    script = f"curl() {{ printf '%s\\n' \"$@\"; }}\n{example}"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment(**at),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    option, header, url = done.stdout.splitlines()
    name, value = header.split(": ")
    answer = httpx.get(url, headers={name: value}, trust_env=False, timeout=30)
    assert (option, len(answer.raise_for_status().json()["items"])) == ("-H", 5)


def test_nothing_of_it_listens_beyond_this_machine(dashboard):
    processes = [psutil.Process(dashboard.process.pid), psutil.Process(dashboard.engine_pid)]
    listening = [at for one in processes for at in one.net_connections() if at.status == psutil.CONN_LISTEN]
    assert listening
    assert {at.laddr.ip for at in listening} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(("data.runtime.preflight",), id="make"),
        pytest.param(("streamlit", "run", "dashboard.py"), id="streamlit", marks=pytest.mark.soak),
    ],
)
def test_a_second_start_says_where_the_first_is(dashboard, at, way):
    port = {"STREAMLIT_SERVER_PORT": str(free_port())} if way[0] == "streamlit" else {}
    assert ended(*way, **at, **port) == (0, f"The dashboard is already running at {dashboard.url}\n")


@pytest.mark.soak
def test_a_port_of_another_program_names_the_setting(dashboard, tmp_path):
    code, said = ended("data.runtime.preflight", DASHBOARD_STATE_DIR=str(tmp_path), DASHBOARD_PORT=str(dashboard.port))
    assert code == 1
    assert "DASHBOARD_PORT" in said
    assert len(said.splitlines()) == 1


@pytest.mark.soak
def test_streamlit_on_another_port_is_sent_to_make_run(tmp_path):
    environ = {
        "DASHBOARD_STATE_DIR": str(tmp_path),
        "DASHBOARD_PORT": str(free_port()),
        "STREAMLIT_SERVER_PORT": str(free_port()),
    }
    code, said = ended("streamlit", "run", "dashboard.py", **environ)
    assert (code, "make run" in said, len(said.splitlines())) == (1, True, 1)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        pytest.param({"DASHBOARD_PORTS": "8501"}, "DASHBOARD_PORTS", id="unknown", marks=pytest.mark.soak),
        pytest.param({"DASHBOARD_PORT": "many"}, "DASHBOARD_PORT", id="wrong", marks=pytest.mark.soak),
        pytest.param(
            {"DASHBOARD_STATE_DIR": "/dev/null"}, "DASHBOARD_STATE_DIR", id="unusable", marks=pytest.mark.soak
        ),
        pytest.param({"DASHBOARD_ENV": "production"}, "DASHBOARD_SECRET_KEY", id="unsafe"),
    ],
)
def test_a_wrong_setting_ends_in_one_sentence(environ, named, tmp_path):
    code, said = ended("data.runtime.preflight", **{"DASHBOARD_STATE_DIR": str(tmp_path / "state")} | environ)
    assert (code, named in said, len(said.splitlines())) == (1, True, 1)


@pytest.mark.soak
def test_a_damaged_state_ends_in_one_sentence(tmp_path):
    (tmp_path / "secret.key").write_text("damaged")
    code, said = ended("data.runtime.preflight", DASHBOARD_STATE_DIR=str(tmp_path), DASHBOARD_PORT="18999")
    assert (code, "secret.key is damaged" in said, len(said.splitlines())) == (1, True, 1)


@pytest.mark.soak
def test_a_damaged_engine_ends_in_a_sentence_too(tmp_path):
    folder = tmp_path / "engine"
    folder.mkdir()
    for name in ("engine.json", "engine.sqlite", "state.sqlite", "journal.sqlite", "engine.db"):
        (folder / name).write_bytes(b"no such thing" * 100)
    dashboard = started(tmp_path)
    code = dashboard.process.wait(90)
    assert code == 1
    assert "Traceback" not in dashboard.said
    assert str(folder) in dashboard.said


def test_a_command_joins_the_engine_that_runs(dashboard, at):
    token = command("token", "--email", sample_person().email, **at)
    assert token.returncode == 0, token.stderr
    me = dashboard.client(headers={"authorization": f"Bearer {token.stdout.strip()}"}).get("/api/auth/me")
    assert me.json()["user"]["email"] == sample_person().email


@pytest.mark.soak
def test_an_admin_is_created_once_beside_a_dashboard(dashboard, at):
    first = json.loads(command("create-admin", *ANN, "--json", **at).stdout)
    second = command("create-admin", *ANN, "--json", **at)
    assert first["created"]
    assert json.loads(second.stdout) == first | {"created": False}
    assert second.returncode == 0
    token = command("token", "--email", ANN[1], **at)
    assert token.returncode == 0, token.stderr
    me = dashboard.client(headers={"authorization": f"Bearer {token.stdout.strip()}"}).get("/api/auth/me")
    assert me.json()["user"]["userId"] == first["userId"]


@pytest.mark.soak
def test_a_command_says_what_is_wrong_with_its_input(at):
    done = command("create-admin", "--email", "no e-mail", "--password", "short", **at)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("email: ")
    assert "Traceback" not in done.stderr


def test_a_running_dashboard_is_not_reset(dashboard, at):
    done = command("reset", typed="reset\n", **at)
    assert done.returncode == 1
    assert dashboard.url in done.stderr
    assert (dashboard.state / "secret.key").exists()


def test_ctrl_c_leaves_nothing_behind(tmp_path, sample):
    with running_dashboard(tmp_path / "state", like=sample) as dashboard:
        family = [dashboard.process.pid, *(child.pid for child in psutil.Process(dashboard.process.pid).children(True))]
        assert dashboard.engine_pid in family
        assert dashboard.stop(signal.SIGINT) == 0
        until(lambda: all(map(gone, family)), "the end of every process")
    assert dashboard.said.endswith(f"{SIGN_INS[-1].organisation}\n")


@pytest.mark.parametrize(
    "victims",
    [
        pytest.param(("dashboard",), marks=pytest.mark.soak),
        pytest.param(("engine",), marks=pytest.mark.soak),
        ("dashboard", "engine"),
    ],
    ids="+".join,
)
def test_what_was_written_is_there_after_kill_9(tmp_path, sample, victims):
    state, ann = tmp_path / "state", {"email": ANN[1], "username": "ann", "firstName": "Ann", "lastName": "Acme"}
    with running_dashboard(state, like=sample) as dashboard:
        made = dashboard.signed_in().post("/api/users", json=ann)
        assert made.status_code == 201
        address = f"/api/users/{made.json()['user']['userId']}"
        pids = {"dashboard": dashboard.process.pid, "engine": dashboard.engine_pid}
        for victim in victims:
            os.kill(pids[victim], signal.SIGKILL)
        if victims == ("engine",):
            until(lambda: gone(pids["engine"]) and dashboard.engine_pid != pids["engine"], "a new engine")
            dashboard.ready()
        else:
            until(lambda: all(map(gone, pids.values())), "the end of both")
    with running_dashboard(state) as dashboard:
        assert dashboard.signed_in().get(address).json()["user"] == made.json()["user"]


@pytest.mark.soak
def test_a_first_start_that_was_killed_is_finished_by_the_next(tmp_path):
    state = tmp_path / "state"
    dashboard = started(state)
    until((state / "engine" / "engine.json").exists, "the engine")
    dashboard.stop(signal.SIGKILL)
    with running_dashboard(state) as again:
        people = again.signed_in().get("/api/users?limit=100").json()["items"]
    assert len(people) == 100


@pytest.mark.soak
def test_a_second_dashboard_on_another_port_shares_the_data(dashboard):
    with running_dashboard(dashboard.state) as second:
        assert second.engine_pid == dashboard.engine_pid
        assert second.url != dashboard.url
    dashboard.ready()


@pytest.mark.soak
def test_an_empty_state_comes_after_the_typed_word_only(tmp_path):
    environ = {"DASHBOARD_STATE_DIR": str(tmp_path / "state")}
    assert command("create-admin", *ANN, **environ).returncode == 0
    assert command("reset", typed="yes\n", **environ).returncode == 1
    assert (tmp_path / "state" / "secret.key").exists()
    assert command("reset", typed="reset\n", **environ).returncode == 0
    assert list((tmp_path / "state").iterdir()) == []


def test_a_state_is_deleted_only_after_the_typed_word(tmp_path, sample):
    state = copytree(sample, tmp_path / "state")
    environ = {"DASHBOARD_STATE_DIR": str(state)}
    assert command("reset", typed="yes\n", **environ).returncode == 1
    assert (state / "secret.key").exists()
    assert command("reset", typed="reset\n", **environ).returncode == 0
    assert list(state.iterdir()) == []
