"""A crowd at one dashboard, and the memory of its processes.   python -m benchmarks.soak.crowd 50 600"""

import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, quantiles
from threading import Event, Thread

import psutil
from websockets.exceptions import WebSocketException

from benchmarks.servers import Server, serving
from benchmarks.tab import Answer, Tab

SAMPLED = 2.0  # seconds between two looks at the memory
SETTLED = 0.2  # of the time, until caches and pools have their size
PROCESSES = {"dashboard": "streamlit", "engine": "data.emulator.main", "worker": "worker"}  # what the command has
ROLES = ("admin", "admin", "manager", "analyst", "user")
USERS = (("users", ""), ("users", "users_q=an"), ("users", "users_role=manager&users_status=all"))
PLACES = {
    "admin": (("", ""), *USERS, ("user", "id={}"), ("audit", ""), ("health", "")),
    "manager": (("", ""), *USERS, ("user", "id={}")),
    "analyst": (("", ""), *USERS, ("user", "id={}")),
    "user": (("", ""), ("settings", "")),
}
SHOWN = 10  # of what was wrong
FAILED = ('class="empty bad"', 'class="ended"')  # what stands on a page that could not be drawn


@dataclass
class Person:
    """Somebody who clicks once a second somewhere else, as soon as the answer is there."""

    tab: Tab
    places: tuple[tuple[str, str], ...]
    ids: list[str]
    random: random.Random
    times: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def walk(self, until: Event) -> None:
        until.wait(self.random.random())
        while not until.is_set():
            began = time.monotonic()
            path, query = self.random.choice(self.places)
            try:
                answer = self.tab.goes(path, query.format(self.random.choice(self.ids)))
            except (OSError, TimeoutError, WebSocketException) as error:
                self.complaints.append(f"/{path}: {error!r}")
                return
            self.times.append(answer.milliseconds)
            self.complaints += [f"/{path}: {wrong}" for wrong in _wrong(answer)]
            until.wait(max(0.0, began + 1 - time.monotonic()))


def _wrong(answer: Answer) -> Iterator[str]:
    if not answer.finished:
        yield "the page did not run to its end"
    for mark in FAILED:
        if mark in answer.said:
            yield answer.said[answer.said.index(mark) :][:300]


def crowd(people: int, seconds: float) -> dict[str, float]:
    """What they met: clicks, broken, errors, p50 and p95 in ms; growth in MB a minute and memory in MB by process."""
    with tempfile.TemporaryDirectory() as folder, serving("dashboard.py", Path(folder) / "ours") as server:
        ids = server.ids(server.cookie())
        everybody = [_person(server, number, ids) for number in range(people)]
        until, memory = Event(), {name: [] for name in PROCESSES}
        threads = [Thread(target=person.walk, args=(until,), daemon=True) for person in everybody]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            for name, process in _processes(server):
                memory[name].append((passed / 60, process.memory_info().rss / 1e6))
            time.sleep(SAMPLED)
        until.set()
        for thread in threads:
            thread.join(60)
        errors = list(filter(_tells_of_an_error, server.log.read_text().splitlines()))
    times = [one for person in everybody for one in person.times]
    complaints = [complaint for person in everybody for complaint in person.complaints]
    for line in complaints[:SHOWN] + errors[:SHOWN]:
        print(line, file=sys.stderr)
    cuts = quantiles(times, n=20)
    counts = {"clicks": len(times), "broken": len(complaints), "errors": len(errors)}
    return counts | {"p50": cuts[9], "p95": cuts[18]} | _told(memory, seconds / 60)


def _tells_of_an_error(line: str) -> bool:
    return '"level": "error"' in line or '"level": "critical"' in line or line.startswith("Traceback")


def _person(server: Server, number: int, ids: list[str]) -> Person:
    role = ROLES[number % len(ROLES)]
    cookie = server.cookie(role)
    return Person(Tab(server.url, cookie=cookie), PLACES[role], ids, random.Random(number))  # noqa: S311


def _processes(server: Server) -> Iterator[tuple[str, psutil.Process]]:
    """Each process of the dashboard by its name."""
    for process in [server.process, *server.process.children(recursive=True)]:
        words = " ".join(process.cmdline())
        yield from ((name, process) for name, word in PROCESSES.items() if word in words)


def _told(memory: dict[str, list[tuple[float, float]]], minutes: float) -> dict[str, float]:
    told = {}
    for name, samples in memory.items():
        if not samples:
            raise LookupError(f"No process of the dashboard is the {name}.")
        settled = [sample for sample in samples if sample[0] >= SETTLED * minutes]
        told[f"{name} growth"] = round(linear_regression(*zip(*settled, strict=True)).slope, 2)
        told[f"{name} memory"] = settled[-1][1]
    return told


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    print(json.dumps(crowd(int(sys.argv[1]), float(sys.argv[2]))))
