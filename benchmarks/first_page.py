"""The first page of Users, of an organisation that the process knows nothing of yet: 1,000 people and 100,000.

Each round starts both dashboards anew, on engines that stay. The page's code has run before, for another organisation.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.people import state_of
from benchmarks.result import Result
from benchmarks.servers import serving
from benchmarks.tab import Answer, Tab
from data.config.settings import load
from data.runtime.installation import Installation

FEW, MANY = 1_000, 100_000
ROUNDS = 15
BILL = re.compile(r"([\d,]+) calls? · ([\d,.]+) capacity units")


class Visit(NamedTuple):
    milliseconds: float
    calls: float
    units: float


def run() -> list[Result]:
    visits: dict[int, list[Visit]] = {FEW: [], MANY: []}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as engines:
        states = {people: state_of(people, Path(folder) / f"{people}" / "state") for people in visits}
        for state in states.values():
            engines.enter_context(_engine(state))
        for _ in range(ROUNDS):
            for people, state in states.items():
                visits[people].append(_visited(state))
    few, many = visits[FEW], visits[MANY]
    what = f"first page of Users, nothing cached, {MANY:,} people over {FEW:,}"
    return [
        Result.ratio(f"{what}: wall", *_sides(many, few, "milliseconds"), 2.0),
        Result.ratio("the same: calls", *_sides(many, few, "calls"), 1.0),
        Result.ratio("the same: capacity", *_sides(many, few, "units"), 1.0),
        Result.value(f"the same at {MANY:,}: wall", median(one.milliseconds for one in many), "ms"),
        Result.value(f"the same at {MANY:,}: calls", median(one.calls for one in many), ""),
        Result.value(f"the same at {MANY:,}: capacity", median(one.units for one in many), "units"),
    ]


def _sides(many: list[Visit], few: list[Visit], name: str) -> tuple[list[float], list[float]]:
    return [getattr(one, name) for one in many], [getattr(one, name) for one in few]


@contextmanager
def _engine(state: Path) -> Iterator[None]:
    """The engine of `state`, for dashboards to join."""
    with Installation(load({"DASHBOARD_STATE_DIR": str(state)})).opened():
        yield


def _visited(state: Path) -> Visit:
    with serving("dashboard.py", state) as server:
        with Tab(server.url, "users", cookie=server.cookie("admin", "Globex")) as warming:
            warming.click()
            warming.click()
        with Tab(server.url, "users", cookie=server.cookie()) as tab:
            return _seen(tab.click())


def _seen(answer: Answer) -> Visit:
    calls, units = (float(figure.replace(",", "")) for figure in BILL.search(answer.said).groups())
    return Visit(answer.milliseconds, calls, units)
