"""What only a store can decide that is atomic under threads: run on the embedded engine."""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from data.aws.clients import Clients, Endpoint
from data.aws.provisioning import setup
from data.config.settings import load
from data.core.errors import AppError, Conflict, InvalidInput
from data.core.permissions import Actor, Role
from data.credentials.table import claim_key
from data.organisations.table import organisation_key
from data.registry import TABLES
from data.runtime.wiring import Wiring
from data.storage.single_table import API_DASHBOARD
from data.users.models import CreatePerson, EditPerson
from data.users.profile_table import PROFILES
from data.users.table import USERS
from tests.conftest import CHEAP, EMBEDDED, SECRET
from tests.engines import running_engine

pytestmark = pytest.mark.engine

THREADS, ROUNDS = 12, int(os.environ.get("RACE_ROUNDS", "10"))


@pytest.fixture(scope="module")
def clients(tmp_path_factory):
    settings = load(EMBEDDED)
    with running_engine(tmp_path_factory.mktemp("engine")) as engine:
        endpoint = Endpoint(engine.url, engine.access_key_id, engine.secret_access_key)
        clients = Clients(settings, endpoint)
        setup(clients, settings, TABLES)
        yield clients


@pytest.fixture
def services(clients):
    wire = Wiring(load(EMBEDDED), clients, secret=SECRET.encode(), passwords=CHEAP)
    yield wire()
    wire.memory.close()


@pytest.fixture
def founder(services, request):
    name = request.node.name[-24:].strip("_").replace("_", "-")
    made = services.users.create_organisation(org_name=name, email=f"{name}@acme.example", username=name, password=None)
    return Actor(made.person.id, made.person.org_id, Role.ADMIN)


def at_once(*acts):
    """What each of `acts` raised, or None, all begun together."""
    ready = Barrier(len(acts))

    def run(act):
        ready.wait()
        try:
            act()
        except AppError as error:
            return error
        return None

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def stored(clients, table):
    from data.aws.dynamodb import Dynamo  # noqa: PLC0415

    return list(Dynamo(clients, load(EMBEDDED).table).scan(table))


def of_people(clients):
    """How many items each table has, but for the organisation's own: its trail opens chains as it needs them."""
    own = organisation_key("")["PK"]
    tables = (USERS, PROFILES, API_DASHBOARD)
    return {t.name: sum(not item.get("PK", "").startswith(own) for item in stored(clients, t)) for t in tables}


def test_one_email_makes_one_person_however_many_ask(clients, services, founder, record_property):
    record_property("race: one e-mail for twelve new people", ROUNDS)
    before = of_people(clients)
    for number in range(ROUNDS):
        spellings = [f"race{number}@acme.example", f"Race{number}@ACME.example", f"\uff52ace{number}@acme.example"]
        commands = [
            CreatePerson(email=spellings[thread % 3], username=f"race{number}-{thread}") for thread in range(THREADS)
        ]
        outcomes = at_once(*(lambda command=command: services.users.create(founder, command) for command in commands))
        lost = [error for error in outcomes if error]
        assert len(lost) == THREADS - 1
        assert all(isinstance(error, InvalidInput | Conflict) for error in lost)
        winner = commands[outcomes.index(None)]
        claim = next(item for item in stored(clients, API_DASHBOARD) if item["PK"] == claim_key(spellings[0])["PK"])
        assert claim["username"] == winner.username
    after = of_people(clients)
    grown = {name: after[name] - before[name] for name in after}
    assert grown == {"users": ROUNDS, "profiles": ROUNDS, "api-dashboard": 3 * ROUNDS}  # claim, sign-in record, link


def test_two_admins_cannot_both_step_down_at_once(services, founder, record_property):
    record_property("race: the last two admins step down", ROUNDS)
    made = services.users.create(founder, CreatePerson(email="b@race.example", username="b-race", role=Role.ADMIN))
    other = Actor(made.person.id, founder.org_id, Role.ADMIN)
    ids = (founder.user_id, other.user_id)
    for number in range(ROUNDS):
        down = EditPerson(role=Role.USER) if number % 2 else EditPerson(role=Role.MANAGER)
        acts = [
            lambda by=by, on=on: services.users.edit(by, on, down)  # noqa: B023
            for by, on in ((founder, other.user_id), (other, founder.user_id)) * (THREADS // 2)
        ]
        outcomes = at_once(*acts)
        assert any(isinstance(error, Conflict) for error in outcomes)
        left = [user_id for user_id in ids if services.users.find(user_id).role is Role.ADMIN]
        assert len(left) == services.organisations.count_admins(founder.org_id) == 1
        for user_id in set(ids) - set(left):
            services.users.edit(Actor(left[0], founder.org_id, Role.ADMIN), user_id, EditPerson(role=Role.ADMIN))
        assert services.organisations.count_admins(founder.org_id) == 2


def test_many_edits_at_once_are_all_kept_or_refused(services, founder, record_property):
    record_property("race: edits of one person", ROUNDS)
    fields = ("jobTitle", "location", "department", "bio")
    commands = [EditPerson.of(**{fields[thread % 4]: f"by {thread}"}) for thread in range(THREADS)]
    for number in range(ROUNDS):
        made = services.users.create(founder, CreatePerson(email=f"c{number}@race.example", username=f"c-race{number}"))
        outcomes = at_once(
            *(
                lambda command=command, made=made: services.users.edit(founder, made.person.id, command)
                for command in commands
            )
        )
        person = services.directory.get(founder, made.person.id)
        kept = [command for command, error in zip(commands, outcomes, strict=True) if error is None]
        assert all(isinstance(error, Conflict) for error in outcomes if error)
        assert person.version == 1 + len(kept)
        assert len(services.directory.history(founder, made.person.id).items) == 1 + len(kept)
        for name in ("job_title", "location", "department", "bio"):
            written = {command.sent()[name] for command in kept if name in command.sent()}
            assert person.value(name) in (written or {None})
