"""How many clicks a second one dashboard serves within 400 ms at p95, and how many two on the same engine.

The clicks come from one process that shares the machine's cores with the dashboards and the engine, so on two cores
a second dashboard has only what the first, the engine and the clicks leave over.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles

from benchmarks.record import ROOT
from benchmarks.result import Result
from benchmarks.servers import Server, serving

P95, SECONDS = 400, 12
FIRST, LEAST_STEP = 40, 4  # people who click once a second; found by doubling, then by halving what is between


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        state = Path(folder) / "ours"
        both = [servers.enter_context(serving("dashboard.py", state)) for _ in range(2)]
        one, two = _most(both[:1]), _most(both)
    what = f"clicks a second on Users within {P95} ms at p95"
    return [
        Result.value(f"{what}, one dashboard", one, "/s"),
        Result.value("the same, two dashboards on one engine", two, "/s"),
        Result("two over one", round(two / one, 2), "×"),
        Result("cores, shared with the engine and with who clicks", os.cpu_count() or 0, ""),
    ]


def _most(servers: list[Server]) -> float:
    """The highest rate that was served in time."""
    people, held, failed = FIRST, 0, None
    best, again = 0.0, True
    while failed is None or failed - held > LEAST_STEP:
        rate, p95 = _clicked(servers, people)
        print(f"{len(servers)} x dashboard, {people} people: {rate:.1f} clicks/s, p95 {p95:.0f} ms", flush=True)
        if p95 <= P95:
            held, best, again = people, max(best, rate), True
        elif again:  # once more: something else may have had the machine
            again = False
            continue
        else:
            failed, again = people, True
        people = held * 2 if failed is None else (held + failed) // 2
    return best


def _clicked(servers: list[Server], people: int) -> tuple[float, float]:
    """Clicks a second and the 95th percentile of their milliseconds, with `people` spread over the servers."""
    shares = [people // len(servers) + (number < people % len(servers)) for number in range(len(servers))]
    crowds = [_crowd(server, share) for server, share in zip(servers, shares, strict=True) if share]
    times = [float(line) for crowd in crowds for line in crowd.communicate()[0].split()]
    return len(times) / SECONDS, quantiles(times, n=20)[18]


def _crowd(server: Server, people: int) -> subprocess.Popen:
    """People at one dashboard, in a process of their own; the cookie goes by stdin, since others see arguments."""
    line = [sys.executable, "-m", "benchmarks.clicking", server.url, str(people), str(SECONDS)]
    crowd = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    crowd.stdin.write(server.cookie())
    crowd.stdin.close()
    crowd.stdin = None
    return crowd
