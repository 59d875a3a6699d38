"""Writes the sample organisations, through the same services as a user's own work, each act at its own moment.

Run again after a crash, it goes on where it was: every id is made from the person's name.
"""

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Final

from data.bootstrap import Services, wire
from data.identifiers import Identifiers
from data.permissions import Actor, Role
from data.sample.people import SamplePerson, globex, northwind
from data.sessions.models import TOUCHED_EVERY
from data.users.models import CreatePerson, EditPerson, Status

WRITERS: Final = 6
SEED_PERSON: Final = "seed-test"  # of the seeds' printed requests, userId `test-user`; written last of all
INACTIVE_SHARE: Final = 0.05
BROWSER: Final = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody whom a newcomer may sign in as. These passwords open sample data on a laptop and nothing else."""

    role: str
    email: str
    password: str
    organisation: str


SIGN_INS: Final = (
    SignIn("admin", "ines.moreau@northwind.example", "harbour-crane-dusk", "Northwind"),
    SignIn("manager", "maya.okafor@northwind.example", "paper-lantern-tide", "Northwind"),
    SignIn("analyst", "aiko.tanaka@northwind.example", "copper-violin-rain", "Northwind"),
    SignIn("user", "noor.haddad@northwind.example", "walnut-signal-moss", "Northwind"),
    SignIn("admin", "greta.solberg@globex.example", "glacier-compass-ink", "Globex"),
)


@dataclass(slots=True)
class SampleClock:
    """Stands where the act to be written stands in time."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def present(services: Services) -> bool:
    """Whether all of the sample has been written."""
    return services.credentials.find(SEED_PERSON) is not None


def write_sample(services: Services) -> tuple[SignIn, ...]:
    """Write what is not there yet; returns whom one may sign in as. Raises what the services raise."""
    now = services.clock.now()
    for name, people in (("Globex", globex()), ("Northwind", northwind())):
        _Writer(services, name, people, now).write()
    _seed_person(services)
    return SIGN_INS


class _Writer:
    """Writes one organisation."""

    def __init__(self, services: Services, name: str, people: Sequence[SamplePerson], now: datetime) -> None:
        self._services, self._name, self._people, self._now = services, name, people, now
        self._domain = f"{name.casefold()}.example"

    def write(self) -> None:
        top = self._people[0]
        found = self._services.organisations.find_by_name(self._name)
        org_id = found.org_id if found else self._founded(top)
        founder = self._at(top.days, top.username).credentials.find(top.username)
        if founder is None:
            raise LookupError(top.username)
        self._admin = Actor(founder.user_id, org_id, Role.ADMIN, top.username, f"{top.first_name} {top.last_name}")
        with ThreadPoolExecutor(WRITERS) as writers:
            for level in range(max(person.level for person in self._people) + 1):
                people = [person for person in self._people if person.level == level]
                list(writers.map(self._join, people))
            list(writers.map(self._live, self._people))

    def _founded(self, top: SamplePerson) -> str:
        services = self._at(top.days, top.username)
        made = services.users.found(
            org_name=self._name, email=self._email(top), username=top.username, password=self._password(top)
        )
        return made.person.org_id

    def _join(self, person: SamplePerson) -> None:
        there = self._services.users.find(self._id(person.username))
        if there and there.first_name:
            return  # written before a crash; their title may have changed since, and their manager have left
        if person.level == 0:
            services = self._at(person.days, person.username)
            services.users.edit(self._admin, self._admin.user_id, EditPerson.of(**person.profile))
            return
        manager = self._id(person.manager or "")
        command = CreatePerson.of(
            email=self._email(person), username=person.username, role=person.role, manager_id=manager, **person.profile
        )
        services = self._at(person.days, person.username)
        services.users.create(self._admin, command, password=self._password(person), user_id=self._id(person.username))

    def _live(self, person: SamplePerson) -> None:
        """What happened to them since: most were here, some moved on, a few left."""
        random = Random(f"life of {person.username}")
        user_id = self._id(person.username)
        if person.seen_minutes is not None:
            self._was_here(person, user_id)
        if person.level > 1 and random.random() < INACTIVE_SHARE and not self._password(person):
            services = self._at(min(person.days, random.randint(1, 200)) - 0.5, person.username)
            services.users.edit(self._admin, user_id, EditPerson(status=Status.INACTIVE))
        elif random.random() < INACTIVE_SHARE * 2:
            services = self._at(min(person.days, random.randint(1, 30)) - 0.7, person.username)
            services.users.edit(self._admin, user_id, EditPerson.of(job_title=f"Senior {person.job_title.lower()}"))

    def _was_here(self, person: SamplePerson, user_id: str) -> None:
        """A session begun then, and used once."""
        days = (person.seen_minutes or 0) / 1440
        clock = SampleClock(self._now - timedelta(days=min(days, person.days - 0.9)))
        services = self._wired(clock, person.username)
        user = services.users.find(user_id)
        if user is None or user.last_seen_at or not user.active:
            return
        opened = services.sessions.begin(user, address="127.0.0.1", user_agent=BROWSER, at=clock.now())
        clock.moment += TOUCHED_EVERY
        services.sessions.actor(user_id, opened.session.secret_sha256)

    def _id(self, username: str) -> str:
        """The founder's is what `found` made; everybody else's is made of the name."""
        if username == self._people[0].username:
            return self._admin.user_id
        return "sample-" + sha256(f"{self._name}/{username}".encode()).hexdigest()[:20]

    def _email(self, person: SamplePerson) -> str:
        return f"{person.username}@{self._domain}"

    def _password(self, person: SamplePerson) -> str | None:
        return next((sign_in.password for sign_in in SIGN_INS if sign_in.email == self._email(person)), None)

    def _at(self, days: float, who: str) -> Services:
        """The services, as they were so many days ago."""
        return self._wired(SampleClock(self._now - timedelta(days=max(days, 0))), who)

    def _wired(self, clock: SampleClock, who: str) -> Services:
        identifiers = Identifiers(clock, Random(f"{self._name}/{who}/{clock.moment.isoformat()}").getrandbits)
        passwords = self._services.credentials.passwords
        return wire(
            self._services.settings,
            self._services.clients,
            secret=secrets.token_bytes(32),  # nothing that it seals is kept
            clock=clock,
            identifiers=identifiers,
            passwords=passwords,
            memory=self._services.memory,
        )


def _seed_person(services: Services) -> None:
    organisation = services.organisations.find_by_name("Northwind")
    if organisation is None or present(services):
        return
    system = Actor("system", organisation.org_id, Role.ADMIN, name="Setup", via="system")
    command = CreatePerson.of(
        email="seed-test@northwind.example",
        username=SEED_PERSON,
        role=Role.ADMIN,
        first_name="Seed",
        last_name="Test",
        department="Engineering",
        job_title="Integration tests",
    )
    services.users.create(system, command, user_id="test-user")
