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

from benchmarks.servers import Server, serving
from benchmarks.tab import Answer, Tab

SAMPLED = 2.0  # seconds between two looks at the memory
SETTLED = 0.2  # of the time, until caches and pools have their size
PROCESSES = {"dashboard": "streamlit", "engine": "data.aws.embedded.child", "worker": "worker"}  # what the command has
ROLES = ("admin", "admin", "manager", "analyst", "user")
USERS = (("users", ""), ("users", "users_q=an"), ("users", "users_role=manager&users_status=all"))
PLACES = {
    "admin": (("", ""), *USERS, ("user", "id={}"), ("audit", ""), ("health", "")),
    "manager": (("", ""), *USERS, ("user", "id={}")),
    "analyst": (("", ""), *USERS, ("user", "id={}")),
    "user": (("", ""), ("settings", "")),
}
FAILED = ('class="empty bad"', 'class="ended"')  # what stands on a page that could not be drawn


@dataclass
class Person:
    """Somebody who clicks once a second somewhere else, as soon as the answer is there."""

    tab: Tab
    places: tuple[tuple[str, str], ...]
    ids: list[str]
    random: random.Random
    times: list[float] = field(default_factory=list)
    broken: int = 0

    def walk(self, until: Event) -> None:
        until.wait(self.random.random())
        while not until.is_set():
            began = time.monotonic()
            try:
                answer = self.click()
            except (OSError, TimeoutError):
                self.broken += 1
                return
            self.times.append(answer.milliseconds)
            self.broken += not answer.finished or any(mark in answer.said for mark in FAILED)
            until.wait(max(0.0, began + 1 - time.monotonic()))

    def click(self) -> Answer:
        path, query = self.random.choice(self.places)
        return self.tab.goes(path, query.format(self.random.choice(self.ids)))


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
        errors = sum('"level": "error"' in line or "Traceback" in line for line in server.log.read_text().splitlines())
    times = [one for person in everybody for one in person.times]
    cuts = quantiles(times, n=20)
    counts = {"clicks": len(times), "broken": sum(person.broken for person in everybody), "errors": errors}
    return counts | {"p50": cuts[9], "p95": cuts[18]} | _told(memory, seconds / 60)


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
        settled = [sample for sample in samples if sample[0] >= SETTLED * minutes]
        told[f"{name} growth"] = round(linear_regression(*zip(*settled, strict=True)).slope, 2)
        told[f"{name} memory"] = settled[-1][1]
    return told


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    print(json.dumps(crowd(int(sys.argv[1]), float(sys.argv[2]))))
