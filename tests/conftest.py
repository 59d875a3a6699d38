"""One small world: moto in the place of AWS, two organisations, a clock that moves only when asked.

`world` has everything of a whole installation, as the real `setup` makes it; each test gets an empty one.
Tests of what only an embedded installation does override `environ` with `EMBEDDED` in their module.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest
from argon2 import PasswordHasher

from data.audit.table import AUDIT_LOG, BY_ENTITY
from data.aws.clients import Clients, Endpoint
from data.aws.dynamodb import Dynamo
from data.aws.provisioning import setup
from data.aws.tables import Item, Table, Write, marshal
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
from data.storage.context import Memory
from data.storage.unit_of_work import UnitOfWork
from data.users.profile_table import PROFILES
from data.users.table import USERS
from tests.clocks import AtOnce, StillClock, Ticks
from tests.moto_account import Account, account_name, commit, moto, put_item
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
class World:
    settings: Settings
    clients: Clients
    clock: StillClock = field(default_factory=StillClock)
    ticks: Ticks = field(default_factory=Ticks)
    _organisations: set[str] = field(default_factory=set)  # known to be there

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

    def begin(self, org_id: str | None = None) -> AbstractContextManager[UnitOfWork]:
        """Begin a unit of work, as services do."""
        return self.wire.store.begin(org_id)

    def organisation(self, org: str) -> None:
        """Make the organisation, unless it is there."""
        if org in self._organisations:
            return
        self._organisations.add(org)
        if self.organisations.find(org) is None:
            now = self.clock.now()
            made = Organisation(name=org.title(), org_id=org, created_at=now, updated_at=now)
            with self._prepared() as unit:
                self.organisations.insert(unit, made, admins=0)

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
        with self._prepared() as unit:
            self.services.credentials.insert(
                unit, user_id=user_id, org_id=org, username=user_id, email=user["email"], password=password, at=at
            )
            if role is Role.ADMIN and user["status"] == "active":
                self.organisations.add_admin(unit, org)
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
        put_item(self.clients.dynamodb, self.settings.table(table.name), marshal(item))

    @contextmanager
    def _prepared(self) -> Iterator[UnitOfWork]:
        """Yield a unit of work without audit records, which `commit` stores."""
        unit = UnitOfWork()
        yield unit
        self.commit(unit.writes)

    def commit(self, writes: Sequence[Write]) -> None:
        """Store new items and add to counters. Raises what the product's commit of these writes raises."""
        if not commit(self.clients.dynamodb, self.settings, writes):
            self.dynamo.commit(writes)

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
    """Clients with keys that open nothing; used only while moto answers, so that nothing is sent."""
    return Clients(load(PRODUCTION), Endpoint(access_key_id="test", secret_access_key="test"))


@pytest.fixture(scope="session", autouse=True)
def _mended() -> Iterator[None]:
    with mended():
        yield


def new_world(account: Account, clients: Clients, environ: Mapping[str, str]) -> World:
    """Return a world without anything that earlier tests wrote, for a process that has read nothing yet."""
    settings = load(environ)
    account.restore(account_name(settings), lambda: setup(clients, settings, TABLES))
    invalid_items._found.clear()  # noqa: SLF001 - a process has one, and a test worker stands for many processes
    return World(settings, clients)


@pytest.fixture
def moto_account() -> Iterator[Account]:
    """moto's account with whatever the last test left in it."""
    with moto() as account:
        yield account


@pytest.fixture
def aws(moto_account: Account, clients: Clients) -> Clients:
    """An AWS account with nothing in it, as a process sees it that has read nothing yet."""
    moto_account.empty()
    invalid_items._found.clear()  # noqa: SLF001
    return clients


@pytest.fixture
def world(moto_account: Account, clients: Clients, environ: Mapping[str, str]) -> World:
    return new_world(moto_account, clients, environ)
