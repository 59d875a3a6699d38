"""What a dashboard holds in memory with 100,000 people in its projection, and what it held before."""

import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.people import state_of
from benchmarks.result import Result
from benchmarks.servers import Server, serving
from benchmarks.tab import Tab

PEOPLE, ROUNDS = 100_000, 3
LOADED = f"{PEOPLE:,}\xa0people"  # as the page counts them
PATIENCE, PAUSE = 300, 1.0


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        state = state_of(PEOPLE, Path(folder) / "state")
        rounds = [_measured(state) for _ in range(ROUNDS)]
    without, with_it, seconds = (median(values) for values in zip(*rounds, strict=True))
    return [
        Result.value(f"dashboard with {PEOPLE:,} people in its projection: memory", with_it, "MB", 450),
        Result.value("the same over itself before they were loaded", with_it - without, "MB", 150),
        Result.value("from the first visit until all are loaded", seconds, "s"),
    ]


def _measured(state: Path) -> tuple[float, float, float]:
    """MB after visits of another organisation to the same page, MB once all are loaded, seconds until then."""
    with serving("dashboard.py", state) as server:
        with Tab(server.url, "users", cookie=server.cookie("admin", "Globex")) as tab:
            for _ in range(5):
                tab.click()
        before, began = server.memory(), time.monotonic()
        with Tab(server.url, "users", cookie=server.cookie()) as tab:
            while LOADED not in tab.click("users_status=all").said:
                if time.monotonic() - began > PATIENCE:
                    raise TimeoutError(f"{PEOPLE:,} people were not loaded within {PATIENCE} s")
                time.sleep(PAUSE)
            seconds = time.monotonic() - began
            for _ in range(5):
                tab.click("users_status=all")
        return before, _settled(server), seconds


def _settled(server: Server) -> float:
    time.sleep(2)
    return server.memory()
