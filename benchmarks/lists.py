"""Users at 100,000 people: a click on the loaded list over one on an empty page, and over dynamodb-admin's.

Both sides of the second read the same table of the same engine. Ours is the whole page, drawn anew by the server;
theirs is the answer from which their page is then drawn.
"""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.dynamodb_admin import TableBrowser, table_browser
from benchmarks.people import state_of
from benchmarks.result import Result
from benchmarks.servers import Server, serving
from benchmarks.tab import Tab
from data.config.settings import load
from data.emulator.engine import remembered
from data.runtime.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE, SIZE, ROUNDS, CLICKS = 100_000, 50, 15, 4
PAUSE = 0.3  # seconds between clicks; closer together they meet a delay of TCP that no one who clicks sees
PATIENCE = 120
FILTERED = {"department": "Finance", "status": "inactive"}
SIDES = {
    "first page of all": ("users_status=all", {}),
    "first page of one department's inactive": ("users_department=Finance&users_status=inactive", FILTERED),
}


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        state = state_of(PEOPLE, Path(folder) / "state")
        settings = load({"DASHBOARD_STATE_DIR": str(state)})
        with Installation(settings).opened() as installation, serving("benchmarks/in_our_shell.py", state) as server:
            org_id = installation.services.organisations.find_by_name("Northwind").org_id
            with (
                table_browser(remembered(state / "engine")) as theirs,
                _open(server, "users") as ours,
            ):
                _loaded(ours)
                return [*_reruns(server, ours), *_beside(ours, theirs, settings.table("users"), org_id)]


def _open(server: Server, page: str) -> Tab:
    return Tab(server.url, page, cookie=server.cookie())


def _loaded(tab: Tab) -> None:
    """Wait until all are in memory, as somebody does who has the page open."""
    began = time.monotonic()
    while f"of {PEOPLE:,}" not in (said := tab.click("users_q=a").said):
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(f"{PEOPLE:,} people were not loaded within {PATIENCE} s: {said[-300:]}")
        time.sleep(1)


def _reruns(server: Server, users: Tab) -> list[Result]:
    """The list filtered and sorted, as it is once it is in use; nothing of it changes between the clicks."""
    query = "users_q=an&users_sort=name"
    wall: dict[str, list[float]] = {"users": [], "empty": []}
    cpu: dict[str, list[float]] = {"users": [], "empty": []}
    with _open(server, "empty") as empty:
        sides: dict[str, Callable[[], float]] = {
            "users": lambda: users.click(query).milliseconds,
            "empty": lambda: empty.click().milliseconds,
        }
        for click in sides.values():
            click()
        for _ in range(ROUNDS):
            for name, click in sides.items():
                before = server.cpu()
                for _ in range(CLICKS):
                    time.sleep(PAUSE)
                    wall[name].append(click())
                cpu[name].append((server.cpu() - before) / CLICKS)
    return [
        Result.value(f"click on Users, {PEOPLE:,} people loaded, processor time", median(cpu["users"]), "ms", 30),
        Result.ratio("the same over an empty page in our shell, processor time", cpu["users"], cpu["empty"], 3.0),
        Result.ratio("the same over an empty page in our shell, wall", wall["users"], wall["empty"], None),
        Result.value("the same, wall", median(wall["users"]), "ms"),
    ]


def _beside(ours: Tab, theirs: TableBrowser, table: str, org_id: str) -> list[Result]:
    found: list[Result] = []
    for what, (query, filters) in SIDES.items():
        times: dict[str, list[float]] = {"ours": [], "theirs": []}
        for turn in range(ROUNDS):
            time.sleep(PAUSE)
            # Another order each time, or most of our answer would be remembered.
            times["ours"].append(ours.click(f"{query}&users_sort={'-' * (turn % 2)}name").milliseconds)
            began = time.perf_counter()
            rows = theirs.first_page(table, "OrgIndex", {"orgId": org_id} | filters, SIZE)
            times["theirs"].append((time.perf_counter() - began) * 1000)
            if len(rows) != SIZE:
                raise LookupError(f"{what}: {len(rows)} rows instead of {SIZE}")
        label = f"Users, {PEOPLE:,} people, {what}"
        found.append(
            Result.ratio(f"{label}: dynamodb-admin over ours", times["theirs"], times["ours"], 5.0, least=True)
        )
        found.append(Result.value("the same, ours", median(times["ours"]), "ms"))
        found.append(Result.value("the same, theirs", median(times["theirs"]), "ms"))
    return found
