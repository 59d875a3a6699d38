"""Twenty people who click once a second on Users, at fifty rows each."""

import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

from benchmarks.result import Result
from benchmarks.servers import serving
from benchmarks.tab import Tab

PEOPLE, SECONDS = 20, 30


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, serving("dashboard.py", Path(folder) / "ours") as server:
        cookie = server.cookie()
        tabs = [Tab(server.url, "users", cookie=cookie) for _ in range(PEOPLE)]
        for tab in tabs:
            tab.click()
        with ThreadPoolExecutor(PEOPLE) as pool:
            times = [one for many in pool.map(_clicks, tabs) for one in many]
        for tab in tabs:
            tab.close()
    cuts = quantiles(times, n=20)
    return [
        Result.value(f"{PEOPLE} people clicking once a second on Users, p50", cuts[9], "ms", 100),
        Result.value(f"{PEOPLE} people clicking once a second on Users, p95", cuts[18], "ms", 400),
    ]


def _clicks(tab: Tab) -> list[float]:
    """A click a second, each person at a moment of their own."""
    beat = random.random()  # noqa: S311
    time.sleep(beat)
    began, times = time.perf_counter(), []
    for second in range(SECONDS):
        time.sleep(max(0.0, began + second - time.perf_counter()))
        times.append(tab.click().milliseconds)
    return times
