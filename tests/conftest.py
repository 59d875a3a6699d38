"""One small world: moto in the place of AWS, two organisations, a clock that moves only when asked.

`world` has everything of a whole installation, as the real `setup` makes it; each test gets an empty one.
Tests of what only an embedded installation does override `environ` with `EMBEDDED` in their module.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from argon2 import PasswordHasher
from moto import mock_aws

from data.audit.table import AUDIT_LOG, BY_ENTITY
from data.aws.clients import Clients, Endpoint
from data.aws.dynamodb import Dynamo
from data.aws.tables import Item, Table, marshal
from data.config.settings import Settings, load
from data.core import invalid_items
from data.core.clock import iso
from data.core.identifiers import Identifiers
from data.core.permissions import Actor, Role
from data.credentials.passwords import Passwords
from data.jobs.table import JOBS
from data.organisations.models import Organisation
from data.organisations.repository import OrganisationRepository
from data.platform import Platform
from data.registry import TABLES
from data.runtime.wiring import Wiring
from data.services import Services, install
from data.storage.background_tasks import Background
from data.storage.context import Memory
from data.users.profile_table import PROFILES
from data.users.table import USERS
from tests.ready_made import ready_made
from tests.tools_mended import mended
from tests.worker import cast, chromium, contexts, dashboard  # noqa: F401 - fixtures

SECRET = "a secret of tests that is long enough"
PRODUCTION = {
    "DASHBOARD_ENV": "production",
    "DASHBOARD_PUBLIC_URL": "https://ops.example.com",
    "DASHBOARD_SECRET_KEY": SECRET,
    "AWS_REGION": "us-east-1",
    "DASHBOARD_MASTER_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
EMBEDDED = {"DASHBOARD_SECRET_KEY": SECRET, "DASHBOARD_MASTER_KEYS": PRODUCTION["DASHBOARD_MASTER_KEYS"]}


@dataclass
class StillClock:
    """Each look is a millisecond later than the last, so that orders are certain; `pass_` moves it on."""

    moment: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def pass_(self, **time: float) -> None:
        """`clock.pass_(minutes=5)`"""
        self.moment += timedelta(**time)


@dataclass
class Ticks:
    """Seconds as `time.monotonic` counts them, which pass only when asked."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


class AtOnce(Background):
    """What runs beside requests is done before they go on, so that each test sees all of it.

    What is to be done later is done when the test asks.
    """

    def __init__(self) -> None:
        super().__init__()
        self.later: list[Callable[[], None]] = []

    def start(self, act: Callable[[], None], *, after: float = 0) -> None:
        if after:
            self.later.append(act)
        else:
            act()

    def catch_up(self) -> None:
        """Do what was to be done later."""
        acts, self.later = self.later, []
        for act in acts:
            act()


@dataclass
class World:
    settings: Settings
    clients: Clients
    clock: StillClock = field(default_factory=StillClock)
    ticks: Ticks = field(default_factory=Ticks)

    @cached_property
    def dynamo(self) -> Dynamo:
        return Dynamo(self.clients, self.settings.table)

    @cached_property
    def identifiers(self) -> Identifiers:
        return Identifiers(self.clock)

    @cached_property
    def wire(self) -> Wiring:
        """Wire the services of this world, as often as needed, on any clock."""
        memory = Memory(self.dynamo, AtOnce(), self.ticks)
        return Wiring(self.settings, self.clients, secret=SECRET.encode(), passwords=CHEAP, memory=memory)

    @cached_property
    def platform(self) -> Platform:
        """What the services of this world are built on."""
        return self.wire.platform(clock=self.clock, identifiers=self.identifiers)

    @cached_property
    def services(self) -> Services:
        """Everything as the product wires it, on this world's stores and clock; pages get the same."""
        services = self.wire.build(self.platform)
        install(services)
        return services

    @cached_property
    def organisations(self) -> OrganisationRepository:
        return OrganisationRepository(self.dynamo)

    def organisation(self, org: str) -> None:
        """Make the organisation, unless it is there."""
        if self.organisations.find(org) is None:
            now = self.clock.now()
            made = Organisation(name=org.title(), org_id=org, created_at=now, updated_at=now)
            self.dynamo.commit(self.organisations.created(made, admins=0))

    def person(
        self,
        role: Role | str = Role.MANAGER,
        org: str = "acme",
        name: str = "ann",
        *,
        password: str | None = None,
        **more: Any,
    ) -> Actor:
        """Store a person as the product leaves them: user, profile, sign-in record, claim, counter of admins.

        The userId and the username are the name, or `name.org` for people of other organisations than acme;
        `more` are further attributes of the user.
        """
        self.organisation(org)
        role, at = Role(role), self.clock.now()
        user_id, email = name if org == "acme" else f"{name}.{org}", f"{name}@{org}.example"
        names = {"firstName": name.title(), "lastName": org.title()}
        common = {"userId": user_id, "orgId": org, "createdAt": iso(at), "updatedAt": iso(at), "version": 1, **names}
        rights = {"role": role.value, "orgRole": f"{org}#{role}", "status": "active", "securityVersion": 1}
        user = {**common, **rights, "email": email, "username": user_id, **more}
        self.store(USERS, user)
        self.store(PROFILES, common | {"profileId": user_id})
        claims = self.services.credentials.claims(
            user_id=user_id, org_id=org, username=user_id, email=user["email"], password=password, at=at
        )
        counted = role is Role.ADMIN and user["status"] == "active"
        self.dynamo.commit(claims + ([self.organisations.admin_added(org)] if counted else []))
        return Actor(user_id, org, role, username=user_id, name=f"{name.title()} {org.title()}")

    def opened(self, person: Actor) -> Any:
        """A session of theirs, as sign-in opens one: `cookie` and `session`."""
        user = self.services.users.find(person.user_id)
        return self.services.sessions.begin(user, address="127.0.0.1", user_agent="", at=self.clock.now())

    def signed_in(self, person: Actor) -> dict[str, str]:
        """What the gate would hand to a page, for `at.user`, after opening a session."""
        secret = self.opened(person).cookie.rpartition(".")[2]
        return {"user_id": person.user_id, "session": hashlib.sha256(secret.encode()).hexdigest()}

    def store(self, table: Table, item: Item) -> None:
        """Put an item, whatever was there."""
        self.clients.dynamodb.put_item(TableName=self.settings.table(table.name), Item=marshal(item))

    def items(self, table: Table) -> list[Item]:
        """Everything in a table."""
        return list(self.dynamo.scan(table))

    def everything(self) -> dict[str, list[str]]:
        """All that is stored, but for the alerts of a refused rise in rank, and chains that nothing is in yet."""
        tables = [table for table in TABLES if table is not JOBS]
        kept = {table.name: [item for item in self.items(table) if not _opens_a_chain(item)] for table in tables}
        return {name: sorted(map(str, items)) for name, items in kept.items()}

    def trail(self, entity_id: str) -> tuple[Item, ...]:
        """The audit records about something, oldest first."""
        return self.dynamo.query(AUDIT_LOG, BY_ENTITY, entity_id, newest_first=False).items


def _opens_a_chain(item: Item) -> bool:
    return str(item.get("SK", "")).startswith("CHAIN") and not item.get("sequence")


@pytest.fixture
def environ() -> Mapping[str, str]:
    """The settings of the world. moto stands for AWS itself, so this is production."""
    return PRODUCTION


@pytest.fixture(scope="session")
def clients() -> Clients:
    """Clients with keys that open nothing; used only inside `mock_aws`, which answers before anything is sent."""
    return Clients(load(PRODUCTION), Endpoint(access_key_id="test", secret_access_key="test"))


@pytest.fixture(scope="session", autouse=True)
def _mended() -> Iterator[None]:
    with mended():
        yield


@pytest.fixture
def aws(clients: Clients) -> Iterator[Clients]:
    """An AWS account with nothing in it, as a process meets it that has read nothing yet."""
    invalid_items._found.clear()  # noqa: SLF001 - a process has one, and a worker of the tests is many
    with mock_aws():
        yield clients


@pytest.fixture
def world(aws: Clients, environ: Mapping[str, str]) -> World:
    settings = load(environ)
    ready_made(aws, settings)
    return World(settings, aws)
