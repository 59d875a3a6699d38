"""What memory gives: a cache hit, and a search among 100,000 people, each time one that nobody asked before."""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from benchmarks.people import state_of
from benchmarks.result import Result
from data.config.settings import load
from data.core.permissions import Actor, Role
from data.runtime.installation import Installation
from data.services import Services
from data.storage.read_cache import ReadCache
from data.users.filters import UserFilter

PEOPLE, ROWS, HITS, ROUNDS = 100_000, 10_000, 2_000, 15
PATIENCE = 300
SEARCHES: dict[str, Callable[[int], tuple[UserFilter, str]]] = {
    "by words that few have": lambda turn: (UserFilter(text=f"nguyen ai{turn:x}"), ""),
    "by a letter that most have": lambda turn: (UserFilter(text="aeiourstln"[turn % 10], inactive_days=turn), ""),
    "all, by name": lambda turn: (UserFilter(inactive_days=turn), "name"),
    "all, by department": lambda turn: (UserFilter(inactive_days=turn), "-department"),
}


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        state = state_of(PEOPLE, Path(folder) / "state")
        with Installation(load({"DASHBOARD_STATE_DIR": str(state)})).opened() as installation:
            return [*_hits(), *_searches(installation.services)]


def _hits() -> list[Result]:
    cache, models = ReadCache(), tuple(object() for _ in range(ROWS))
    frame = pd.DataFrame({f"c{number}": range(ROWS) for number in range(6)})
    return [
        Result.value(
            "cache hit, 10,000 models", _each(lambda: cache.read("m", (), lambda: models), HITS) * 1e6, "µs", 20
        ),
        Result.value(
            "cache hit, frame of 10,000 rows", _each(lambda: cache.read("f", (), lambda: frame), HITS) * 1e6, "µs", 60
        ),
    ]


def _searches(services: Services) -> list[Result]:
    organisation = services.organisations.find_by_name("Northwind")
    admin = Actor("bench", organisation.org_id, Role.ADMIN)
    began = time.monotonic()
    while not services.directory.progress(admin).complete:
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(f"{PEOPLE:,} people were not loaded within {PATIENCE} s")
        time.sleep(0.02)
    found = [Result.value(f"{PEOPLE:,} people loaded for search", time.monotonic() - began, "s")]
    services.directory.search(admin, UserFilter(text="warm"))
    for name, sought in SEARCHES.items():
        asked = [sought(turn) for turn in range(1, ROUNDS + 1)]
        took = [_each(partial(services.directory.search, admin, wanted, sort=sort), 1) for wanted, sort in asked]
        found.append(Result.value(f"search among {PEOPLE:,} people, {name}", median(took) * 1e3, "ms", 50))
    again = _each(lambda: services.directory.search(admin, UserFilter(), sort="name"), 50)
    return [*found, Result.value(f"search among {PEOPLE:,} people, asked again", again * 1e3, "ms")]


def _each(act: Callable[[], Any], times: int) -> float:
    """Seconds that one of so many takes."""
    began = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - began) / times
