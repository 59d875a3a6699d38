"""Optimistic writes that lose a race are repeated with jittered pauses, and not for ever."""

import ast
from pathlib import Path

import pytest

from data.core import retries
from data.core.errors import Conflict
from data.core.retries import MIN_ATTEMPTS, retry


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that were asked for, in seconds; the clock moves on by them and nothing sleeps."""
    made = []
    monkeypatch.setattr("tenacity.nap.time.sleep", made.append)
    monkeypatch.setattr("tenacity.time.monotonic", lambda: sum(made))
    return made


def failing(times, error=Conflict):
    left = [error("busy")] * times

    def call():
        if left:
            raise left.pop()
        return "done"

    return call


def test_a_call_that_wins_at_once_never_pauses(pauses):
    assert retry(failing(0), on=Conflict) == "done"
    assert pauses == []


def test_a_call_that_loses_some_races_is_repeated(pauses):
    assert retry(failing(MIN_ATTEMPTS + 3), on=Conflict) == "done"
    assert len(pauses) == MIN_ATTEMPTS + 3


def test_pauses_are_random_and_grow_to_a_limit(pauses):
    for _ in range(20):
        retry(failing(9), on=Conflict)
    first, last = pauses[::9], pauses[8::9]
    assert len(set(pauses)) == len(pauses)
    assert max(first) <= retries.FIRST_PAUSE < max(last) <= retries.LONGEST_PAUSE


def test_a_race_that_never_ends_raises_its_error_after_seconds(pauses):
    with pytest.raises(Conflict, match="busy"):
        retry(failing(10_000), on=Conflict)
    assert retries.MIN_SECONDS <= sum(pauses) < retries.MIN_SECONDS + retries.LONGEST_PAUSE
    assert len(pauses) >= MIN_ATTEMPTS - 1


def test_other_errors_are_raised_immediately(pauses):
    with pytest.raises(ValueError, match="wrong"):
        retry(failing(1, lambda _: ValueError("wrong")), on=Conflict)
    assert pauses == []


CONFLICTS = {
    "Conflict",
    "VersionConflict",
    "AlreadyThere",
    "HeldByOthers",
    "_Moved",
}


def caught_in_loops(tree):
    """The lines of loops that go on after they catch or suppress a conflict; LeaseLost ends the work on one job."""
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For | ast.While):
            for node in ast.walk(loop):
                caught = node.type if isinstance(node, ast.ExceptHandler) else None
                suppressed = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "suppress"
                names = [caught] if caught else node.args if suppressed else []
                if CONFLICTS & {name.id for part in names for name in ast.walk(part) if isinstance(name, ast.Name)}:
                    yield node.lineno


def test_no_loop_but_this_helper_repeats_after_a_conflict():
    files = sorted(Path(retries.__file__).parents[1].rglob("*.py"))
    found = [f"{file}:{line}" for file in files for line in caught_in_loops(ast.parse(file.read_text()))]
    assert len(files) > 100
    assert found == []
    assert list(caught_in_loops(ast.parse("for n in x:\n try:\n  f()\n except (A, _Moved):\n  continue"))) == [4]
