"""Chains under threads, and a long trail: on the embedded engine, which is atomic and quick enough."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from data.audit.table import AUDIT_LOG
from data.aws.clients import Clients, Endpoint
from data.aws.provisioning import setup
from data.config.settings import load
from data.core.permissions import Role
from data.registry import TABLES
from data.users.models import EditPerson
from tests.audit.tampering import MANY, Trail, named
from tests.conftest import EMBEDDED, World
from tests.engines import running_engine

pytestmark = pytest.mark.engine

THREADS = 12


@pytest.fixture
def trail(tmp_path):
    settings = load(EMBEDDED)
    with running_engine(tmp_path / "engine") as engine:
        clients = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        setup(clients, settings, TABLES)
        world = World(settings, clients)
        yield Trail(world, world.person(Role.ADMIN, name="ada"))


def test_twelve_threads_leave_whole_chains(trail):
    world = trail.world
    people = [world.person(Role.USER, name=f"p{number}") for number in range(THREADS)]

    def live(person):
        for number in range(10):
            world.services.users.edit(trail.ada, person.user_id, EditPerson.of(department=f"D{number}"))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(live, people))
    verdict = trail.verify()
    assert verdict.intact
    assert verdict.sealed == THREADS * 10
    assert 1 <= len(trail.heads()) <= 4


def test_processes_that_open_chains_at_once_all_enter_them(trail):
    world = trail.world
    runs = [Trail(World(world.settings, world.clients), trail.ada) for _ in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda run: run.write(5), runs))
    verdict = trail.verify()
    assert verdict.intact
    assert (verdict.sealed, verdict.chains) == (THREADS * 5, THREADS)


def test_one_of_many_is_named_whatever_was_done(trail, record_property):
    trail.write_many(MANY)
    assert trail.verify().intact
    items = trail.items()
    middle, gone, last = items[MANY // 2], items[MANY // 3], items[-1]
    one, other = items[MANY // 4], items[MANY // 4 + 1]
    trail.store({**middle, "action": "left"})
    trail.delete(AUDIT_LOG, gone)
    trail.delete(AUDIT_LOG, last)
    trail.store({**one, "link": other["link"]})
    trail.store({**other, "link": one["link"]})
    trail.store({**items[5], "logId": "zzz-forged", "action": "role_changed"})
    verdict = trail.verify()
    places = [
        ("deleted", MANY // 3 + 1, gone["logId"]),
        ("deleted", MANY, last["logId"]),
        ("edited", MANY // 2 + 1, middle["logId"]),
        ("forged", 6, "zzz-forged"),
        ("reordered", MANY // 4 + 1, other["logId"]),
        ("reordered", MANY // 4 + 2, one["logId"]),
    ]
    assert named(verdict) == sorted(places)
    assert verdict.examined == MANY - 1
    assert verdict.flaws == len(places)
    record_property("trail: records", MANY)
