"""Twenty people who click once a second on Users, at fifty rows each."""

import random
import sys
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
        times = clicked(server.url, server.cookie(), PEOPLE, SECONDS)
    cuts = quantiles(times, n=20)
    return [
        Result.value(f"{PEOPLE} people clicking once a second on Users, p50", cuts[9], "ms", 100),
        Result.value(f"{PEOPLE} people clicking once a second on Users, p95", cuts[18], "ms", 400),
    ]


def clicked(url: str, cookie: str, people: int, seconds: int) -> list[float]:
    """Milliseconds of each click of so many people, who click once a second for so long."""
    tabs = [Tab(url, "users", cookie=cookie) for _ in range(people)]
    for tab in tabs:
        tab.click()
    with ThreadPoolExecutor(people) as pool:
        times = [one for many in pool.map(lambda tab: _clicks(tab, seconds), tabs) for one in many]
    for tab in tabs:
        tab.close()
    return times


def _clicks(tab: Tab, seconds: int) -> list[float]:
    """A click a second, each person at a moment of their own; who waits longer for an answer clicks less often."""
    time.sleep(random.random())  # noqa: S311
    end, times = time.perf_counter() + seconds, []
    while (now := time.perf_counter()) < end:
        times.append(tab.click().milliseconds)
        time.sleep(max(0.0, now + 1 - time.perf_counter()))
    return times


if __name__ == "__main__":  # a crowd in a process of its own; the cookie comes by stdin, since others see arguments
    print(*clicked(sys.argv[1], sys.stdin.read(), int(sys.argv[2]), int(sys.argv[3])), sep="\n")
