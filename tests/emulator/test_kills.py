"""kill -9 at random moments under concurrent writes: what was acknowledged is there, and nothing is half done."""
# ruff: noqa: S311 - chance, no secrets

import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from data.emulator import Engine, Supervisor, attach
from data.emulator.process import start
from tests.emulator.load import Load
from tests.emulator.owners import owning_process
from tests.emulator.shapes import alive, make_table, until
from tests.engines import client, running_engine

pytestmark = pytest.mark.engine
WRITTEN = 10  # at least, before each kill
KILLS = int(os.environ.get("ENGINE_TEST_KILLS", "1"))


def prepared(folder: Path) -> Load:
    load = Load()
    with running_engine(folder) as engine:
        make_table(client(engine, "dynamodb"))
        load.prepare(engine)
    return load


def puts(load: Load) -> list[str]:
    """Which items were acknowledged that were put alone."""
    return [name for kind, name in list(load.items) if kind == "put"]


def write_until_killed(load: Load, engine: Engine, kill) -> None:
    """Let the load come under way and run for a random moment, kill, and wait until no writer is left."""
    stop, before = threading.Event(), len(puts(load))
    writers = load.run(engine, stop)
    until(lambda: len(puts(load)) > before + WRITTEN)
    time.sleep(random.uniform(0, 0.7))  # the moment is what is random here, not a condition
    load.kills += 1
    kill()
    stop.set()
    for writer in writers:
        writer.join()


@pytest.fixture
def judged(record_property):
    """The verdict over a load; how often we killed and what was acknowledged goes into the report."""

    def judge(load: Load, engine: Engine) -> list[str]:
        record_property("kills", load.kills)
        record_property("acknowledged", load.acknowledged)
        return load.complaints(engine)

    return judge


def test_killed_engines_lose_nothing_that_was_acknowledged(tmp_path, judged):
    load = prepared(tmp_path)
    for _ in range(KILLS):
        child = start(tmp_path)
        write_until_killed(load, child.engine, child.process.kill)
        child.stop()
    with running_engine(tmp_path) as engine:
        assert judged(load, engine) == []


def test_killed_owners_lose_nothing_that_was_acknowledged(tmp_path, judged):
    load = prepared(tmp_path)
    for _ in range(KILLS):
        owner, pid = owning_process(tmp_path)
        write_until_killed(load, attach(tmp_path), lambda owner=owner: end(owner))
        until(lambda pid=pid: not alive(pid))
    with running_engine(tmp_path) as engine:
        assert judged(load, engine) == []


def end(owner: subprocess.Popen) -> None:
    owner.kill()
    owner.communicate()


def test_writers_carry_on_when_a_supervisor_restarts(tmp_path, judged):
    load = prepared(tmp_path)
    supervisor = Supervisor(tmp_path, ())
    stop = threading.Event()
    try:
        writers = load.run(supervisor.start(), stop)
        for _ in range(KILLS):
            before, written = supervisor.engine.pid, len(load.items)
            load.kills += 1
            os.kill(before, signal.SIGKILL)
            until(lambda before=before: supervisor.engine.pid != before)
            until(lambda written=written: len(load.items) > written + 20)
        stop.set()
        for writer in writers:
            writer.join()
        assert judged(load, supervisor.engine) == []
    finally:
        stop.set()
        supervisor.stop()


@pytest.mark.soak
def test_the_verdict_sees_a_single_lost_write(tmp_path):
    load = prepared(tmp_path)
    child = start(tmp_path)
    write_until_killed(load, child.engine, child.process.kill)
    child.stop()
    lost = random.choice(puts(load))
    with sqlite3.connect(tmp_path / "state.sqlite") as rows:
        rows.execute("DELETE FROM entries WHERE space LIKE 'items:%' AND key = ?", (f'["put", "{lost}"]',))
    with running_engine(tmp_path) as engine:
        assert load.complaints(engine) == [f"lost ('put', '{lost}')"]
