"""Races, on an engine that is atomic as DynamoDB is: moto is not."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from data.aws.clients import Clients, Endpoint
from data.aws.provisioning import setup
from data.config.settings import load
from data.core.errors import AppError, Conflict, NotFound, NotSignedIn, RateLimited
from data.core.permissions import Role
from data.credentials.throttling import MOST_OF_ADDRESS, WINDOW, Attempts
from data.registry import TABLES
from tests.conftest import EMBEDDED, StillClock, World
from tests.doors import PASSWORD
from tests.engines import running_engine

pytestmark = pytest.mark.engine
THREADS, ROUNDS = 12, int(os.environ.get("RACE_ROUNDS", "3"))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A world on an engine of its own."""
    settings = load(EMBEDDED)
    with running_engine(tmp_path_factory.mktemp("engine")) as engine:
        clients = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        setup(clients, settings, TABLES)
        yield World(settings, clients, StillClock(window()))


def window():
    """The beginning of the one we are in, so that no round straddles two.

    By the true time, by which the engine deletes what has expired; a thousand rounds take longer than a count lasts.
    """
    now = datetime.now(UTC)
    return now - timedelta(seconds=now.timestamp() % WINDOW)


def at_once(call):
    """What `call(number)` gave or raised in twelve threads that begin together."""
    start = Barrier(THREADS)

    def one(number):
        start.wait()
        try:
            return call(number)
        except AppError as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_of_twelve_who_use_one_link_one_wins(world, record_property):
    record_property("race: a link that works once", ROUNDS)
    admin = world.person(Role.ADMIN, name="root")
    for round_ in range(ROUNDS):
        name = f"ann{round_}"
        world.person(name=name, password=PASSWORD)
        secret = world.services.sessions.new_link(admin, name).partition("#")[2]
        results = at_once(
            lambda number, secret=secret: world.services.sessions.set_password(secret, f"{number} new horses")
        )
        winners = [number for number, result in enumerate(results) if not isinstance(result, AppError)]
        assert len(winners) == 1
        assert all(isinstance(result, NotFound | Conflict) for result in results if isinstance(result, AppError))
        address = f"192.0.{round_ // 250}.{round_ % 250}"
        opened = world.services.sessions.sign_in(name, f"{winners[0]} new horses", address=address)
        assert opened.user.security_version == 2


def test_guesses_at_once_each_need_a_turn(world, record_property):
    record_property("race: guesses of one password", ROUNDS)
    for round_ in range(ROUNDS):
        name = f"bob{round_}"
        world.person(name=name, password=PASSWORD)
        results = at_once(
            lambda number, name=name, round_=round_: world.services.sessions.sign_in(
                name, f"guess {number}", address=f"203.{number}.{round_ // 250}.{round_ % 250}"
            )
        )
        looked_at = [result for result in results if isinstance(result, NotSignedIn)]
        assert len(looked_at) <= 5
        assert len(looked_at) + sum(isinstance(result, RateLimited) for result in results) == THREADS


def test_an_addresses_fifty_are_fifty_at_once_too(world, record_property):
    record_property("race: attempts from one address", ROUNDS)
    attempts = Attempts(world.dynamo, world.clock)
    for round_ in range(ROUNDS):
        address, world.clock.moment = f"198.51.{round_ // 250}.{round_ % 250}", window()

        def guess(number, address=address, round_=round_):
            counted = 0
            for turn in range(5):
                try:
                    attempts.begin(f"person-{round_}-{number}-{turn}", address=address, device=None)
                except RateLimited:
                    continue
                counted += 1
            return counted

        assert sum(at_once(guess)) == MOST_OF_ADDRESS


def test_one_password_changed_by_twelve_is_changed_once(world, record_property):
    record_property("race: a password changed with the old one", ROUNDS)
    sessions = world.services.sessions
    for round_ in range(ROUNDS):
        name = f"eve{round_}"
        person = world.person(name=name, password=PASSWORD)
        signed_in = world.signed_in(person)
        actor = sessions.actor(signed_in["user_id"], signed_in["session"])
        results = at_once(lambda number, actor=actor: sessions.change_password(actor, PASSWORD, f"{number} new horses"))
        assert results.count(None) == 1
        assert world.services.users.find(name).security_version == 2
        assert sessions.actor(signed_in["user_id"], signed_in["session"]).user_id == name
