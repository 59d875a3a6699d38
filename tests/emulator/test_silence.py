"""An engine that gives no answer: one that hangs is replaced, one that is at work is left to finish."""

import os
import signal
from itertools import count

import pytest

from data.emulator.process import Child
from data.emulator.supervisor import SILENCES
from tests.emulator.shapes import alive, make_table, until
from tests.engines import client, running_child

pytestmark = pytest.mark.engine


@pytest.mark.soak
def test_an_engine_that_hangs_is_replaced(supervisors):
    supervisor = supervisors()
    engine = supervisor.start()
    make_table(client(engine, "dynamodb"))
    os.kill(engine.pid, signal.SIGSTOP)
    until(lambda: supervisor.engine.pid != engine.pid)
    assert not alive(engine.pid)
    assert (supervisor.owner, supervisor.engine.port) == (True, engine.port)
    assert client(engine, "dynamodb").list_tables()["TableNames"] == ["things"]


@pytest.fixture
def silent(monkeypatch):
    """Has the engine answer as it is told, then always."""

    def made(*told):
        left = list(told)
        monkeypatch.setattr("data.emulator.supervisor.answers", lambda _: left.pop(0) if left else True)
        return left

    return made


@pytest.fixture
def at_work(monkeypatch):
    """The engine uses a second of the processor between any two looks."""
    seconds = count()
    monkeypatch.setattr(Child, "worked", property(lambda _: float(next(seconds))))


def left_alone(supervisors, told):
    supervisor = supervisors()
    engine = supervisor.start()
    until(lambda: not told)
    return supervisor.engine == engine and alive(engine.pid)


def test_an_engine_that_answers_late_is_left_alone(supervisors, silent):
    assert left_alone(supervisors, silent(*([False] * (SILENCES - 1) + [True]) * 2))


@pytest.mark.soak
@pytest.mark.usefixtures("at_work")
def test_an_engine_at_work_is_left_alone_though_it_is_silent(supervisors, silent):
    assert left_alone(supervisors, silent(*[False] * (3 * SILENCES), True))


@pytest.mark.usefixtures("at_work")
def test_an_engine_that_works_for_ever_is_replaced(supervisors, silent, monkeypatch):
    monkeypatch.setattr("data.emulator.supervisor.MOST_SILENCES", SILENCES + 2)
    silent(*[False] * (SILENCES + 2))
    supervisor = supervisors()
    engine = supervisor.start()
    until(lambda: supervisor.engine.pid != engine.pid)


@pytest.mark.soak
def test_the_work_of_an_engine_is_known(tmp_path):
    with running_child(tmp_path) as child:
        before = child.worked
        make_table(client(child.engine, "dynamodb"))
        until(lambda: child.worked > before)
