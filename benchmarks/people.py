"""A state folder whose Northwind has as many people as are asked for: to measure on, and to look at.

    python -m benchmarks.people --people 100000 --state .crowd
    DASHBOARD_STATE_DIR=.crowd make run

The sample's people are there as always and sign in as always. Everybody else has a user and a profile, written by
the hundred as the models make them, and no sign-in record, audit record or claim on their e-mail.
"""
# ruff: noqa: S311 - chance, no secrets

import argparse
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from fcntl import LOCK_EX, flock
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks.record import KEPT
from data.aws.dynamodb import Dynamo
from data.aws.tables import Item
from data.config.settings import load
from data.core.permissions import Role
from data.registry import TABLES
from data.runtime.installation import Installation
from data.sample.people import DEPARTMENTS, TEAM, Cast, SamplePerson, northwind
from data.sample.service import write_sample
from data.users.models import CreatePerson, Person, Status
from data.users.profile_table import PROFILES
from data.users.table import USERS

WRITERS, AT_A_TIME = 4, 500
TEAMS = 12  # leads who report to one director
SEED_TEST = 1  # whom the sample writes beside its organisations


def state_of(people: int, folder: Path) -> Path:
    """`folder` as a state with so many people, copied from one that is made once and kept between runs."""
    made = KEPT / "states" / f"{people}-{_edition()}"
    made.parent.mkdir(parents=True, exist_ok=True)
    with made.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not made.exists():
            unfinished = made.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            write(people, unfinished)
            unfinished.rename(made)
    shutil.copytree(made, folder)
    return folder


def write(people: int, folder: Path) -> None:
    """Fill the new state `folder`."""
    with Installation(load({"DASHBOARD_STATE_DIR": str(folder)})).opened() as installation:
        services, dynamo = installation.services, Dynamo(installation.clients, installation.settings.table)
        write_sample(services, installation.wire)
        organisation = services.organisations.find_by_name("Northwind")
        ids = {one.username: services.credentials.find(one.username).user_id for one in northwind()}
        crowd = _items(_crowd(people - len(ids) - SEED_TEST), ids, organisation.org_id, services.clock.now())
        with ThreadPoolExecutor(WRITERS) as writers:
            while pairs := list(islice(crowd, AT_A_TIME * WRITERS)):
                for table, items in zip((USERS, PROFILES), zip(*pairs, strict=True), strict=True):
                    parts = [items[start::WRITERS] for start in range(WRITERS)]
                    list(writers.map(lambda part, table=table: dynamo.put_all(table, part), parts))


def _crowd(count: int) -> Iterator[SamplePerson]:
    """More people below the sample's heads of departments: directors, leads of teams, and their teams."""
    sample = northwind()
    cast = Cast(Random(count), {one.username for one in sample})
    heads = [one for one in sample if one.level == 1 and one.role is Role.MANAGER]
    sizes = [DEPARTMENTS[head.department][1] for head in heads]
    return islice(_directed(cast, heads, sizes), count)


def _directed(cast: Cast, heads: list[SamplePerson], sizes: list[int]) -> Iterator[SamplePerson]:
    while True:
        (head,) = cast.random.choices(heads, sizes)
        title, department = DEPARTMENTS[head.department][0], head.department
        director = cast.person(Role.MANAGER, f"{title}, director", department, head)
        yield director
        for _ in range(TEAMS):
            lead = cast.person(Role.MANAGER, f"{title}, lead", department, director)
            yield lead
            yield cast.person(Role.ANALYST, f"{department} analyst", department, lead)
            for _ in range(TEAM - 2):
                yield cast.person(Role.USER, title, department, lead)


def _items(
    people: Iterable[SamplePerson], ids: dict[str, str], org_id: str, now: datetime
) -> Iterator[tuple[Item, Item]]:
    """A user and a profile for each, who may name anybody before them as their manager."""
    chance = Random(org_id)
    for person in people:
        ids[person.username] = f"many-{person.username}"
        command = CreatePerson.of(
            email=f"{person.username}@northwind.example",
            username=person.username,
            role=person.role,
            manager_id=ids[person.manager],
            **person.profile,
        )
        joined = now - timedelta(days=person.days, seconds=chance.random() * 86_400)
        made = Person.new(command, org_id=org_id, user_id=ids[person.username], at=joined)
        seen = None if person.seen_minutes is None else now - timedelta(minutes=person.seen_minutes)
        status = Status.INACTIVE if chance.random() < 0.05 else Status.ACTIVE
        user = made.user.model_copy(update={"last_seen_at": seen, "status": status})
        yield user.to_item(), made.profile.to_item()


def _edition() -> str:
    """Changes when what is written changes."""
    return sha256(f"{Path(__file__).read_text()}{TABLES}".encode()).hexdigest()[:10]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--state", type=Path, required=True, help="a folder that is not there yet")
    given = words.parse_args()
    if given.state.exists():
        sys.exit(f"{given.state} is there already: name another folder, or delete it.")
    began = time.monotonic()
    state_of(given.people, given.state)
    print(f"{given.people:,} people in {given.state}, {time.monotonic() - began:.0f} s.")
    print(f"Start it:   DASHBOARD_STATE_DIR={given.state} make run")


if __name__ == "__main__":
    main()
