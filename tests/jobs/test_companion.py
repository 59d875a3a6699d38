"""The worker's process beside a dashboard: there, one of it, back when it was killed, and gone with the dashboard."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from data.aws.dynamodb import Dynamo
from data.config.resources import PUBLISH_QUEUE
from data.config.settings import load
from data.config.state_folder import open_state
from data.emulator import EngineError
from data.jobs.models import JobState
from data.runtime.preflight import Refused
from data.runtime.worker_main import work
from data.runtime.worker_supervisor import Companion, alone, occupied
from data.storage.single_table import API_DASHBOARD, generation_key
from tests.dashboards import ROOT, command, environment, gone, until
from tests.engines import running_engine
from tests.jobs.workers import joined

pytestmark = pytest.mark.engine
KEEPER = """
import sys, time
from pathlib import Path
from data.runtime.worker_supervisor import Companion
Companion(Path(sys.argv[1])).start()
time.sleep(60)
"""
LAST_WRITE = """
from data.storage.background_tasks import Background
from data.services import get_services
from data.config.settings import load
from data.jobs.worker import Worker
from data.runtime.worker_main import work

def serve(*_, **__):
    get_services().users.create_organisation(org_name="Late", email="root@late.example", username="late", password=None)

Background.start = lambda *_, **__: None  # the process ends before it has told of what it wrote
Worker.serve = serve
work(load(), lifeline=False)
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    """A state folder whose engine runs and is complete."""
    state = tmp_path_factory.mktemp("beside") / "state"
    state.mkdir()
    with running_engine(state / "engine"):
        installation = joined(state)
        installation.setup()
        installation.close()
        yield state


@pytest.fixture
def companion(state, monkeypatch):
    monkeypatch.setenv("DASHBOARD_STATE_DIR", str(state))
    made = []

    def make():
        made.append(Companion(state))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.stop()
    assert workers() == []


def workers(of: int = 0) -> list[int]:
    """The worker processes that a process of ours has started."""
    return [one.pid for one in psutil.Process(of or os.getpid()).children() if not gone(one.pid) and at_work(one)]


def at_work(process: psutil.Process) -> bool:
    try:
        return "worker" in process.cmdline()
    except psutil.Error:
        return False


def test_a_job_is_done_by_the_worker_beside_us(state, companion):
    companion()
    until(lambda: occupied(state), "the worker")
    installation = joined(state)
    users, jobs = installation.services.users, installation.services.worker
    users.create_organisation(org_name="Acme", email="root@acme.example", username="root", password=None)
    until(lambda: [worker for worker in jobs.jobs.workers() if worker.pid in workers()], "its sign of life")
    org_id = installation.services.organisations.find_by_name("Acme").org_id
    until(lambda: [one.state for one in jobs.jobs.list_newest(org_id, limit=5)] == [JobState.DONE], PUBLISH_QUEUE.name)
    installation.close()


def test_a_worker_that_is_killed_comes_back(state, companion):
    companion()
    until(lambda: occupied(state), "the worker")
    (first,) = workers()
    os.kill(first, signal.SIGKILL)
    until(lambda: workers() not in ([], [first]) and occupied(state), "another worker")


@pytest.mark.soak
def test_two_dashboards_share_one_worker(state, companion):
    first = companion()
    until(lambda: occupied(state), "the worker")
    before = workers()
    companion()
    assert workers() == before
    first.stop()
    assert gone(before[0])
    until(lambda: workers() and occupied(state), "the worker of the second")


def test_a_worker_is_gone_with_whoever_started_it(state):
    given = environment(DASHBOARD_STATE_DIR=str(state))
    keeper = subprocess.Popen([sys.executable, "-c", KEEPER, str(state)], cwd=ROOT, env=given)
    until(lambda: workers(keeper.pid) and occupied(state), "the worker")
    (pid,) = workers(keeper.pid)
    keeper.kill()
    keeper.wait()
    until(lambda: gone(pid) and not occupied(state), "the end of the worker")


def test_a_worker_that_ends_has_told_of_its_last_write(state):
    given = environment(DASHBOARD_STATE_DIR=str(state))
    assert subprocess.run([sys.executable, "-c", LAST_WRITE], cwd=ROOT, env=given, check=False).returncode == 0
    installation = joined(state)
    services, dynamo = installation.services, Dynamo(installation.clients, installation.settings.table)
    org_id = services.organisations.find_by_name("Late").org_id
    assert dynamo.get(API_DASHBOARD, generation_key(org_id))["version"] == 1
    installation.close()


@pytest.mark.soak
def test_a_worker_alone_says_what_it_needs(tmp_path):
    done = command("worker", DASHBOARD_STATE_DIR=str(tmp_path / "state"))
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_worker_needs_a_dashboard_and_no_other_worker(tmp_path, monkeypatch):
    monkeypatch.setattr("data.runtime.worker_main.signal.signal", lambda *_: None)
    settings = load({"DASHBOARD_STATE_DIR": str(tmp_path / "state")})
    with pytest.raises(EngineError, match="make run"):
        work(settings, lifeline=False)
    with alone(open_state(settings).folder), pytest.raises(Refused, match="already"):
        work(settings, lifeline=False)


@pytest.mark.soak
def test_a_second_worker_by_hand_is_told_of_the_first(state):
    given = environment(DASHBOARD_STATE_DIR=str(state))
    first = subprocess.Popen([sys.executable, "-m", "data", "worker"], cwd=ROOT, env=given)
    try:
        until(lambda: occupied(state), "the worker")
        second = command("worker", DASHBOARD_STATE_DIR=str(state))
        assert (second.returncode, "already" in second.stderr) == (1, True)
        first.terminate()
        assert first.wait(90) == 0
    finally:
        first.kill()
        first.wait()
