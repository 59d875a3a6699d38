"""Writes the sample organisations, through the same services as a user's own work, each act at its own moment.

Run again after a crash, it goes on where it was: every id is made from the person's name.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from data.authentication.models import TOUCHED_EVERY
from data.core.errors import Conflict, NotSignedIn
from data.core.identifiers import Identifiers
from data.core.permissions import Actor, Role
from data.sample.history import History, Told, Wire
from data.sample.organisation import SEED_ID, SEED_PERSON, SIGN_INS, SampleOrganisation, SignIn, organisations
from data.sample.people import SamplePerson
from data.services import Services
from data.users.models import CreatePerson, EditPerson, Status

WRITERS: Final = 6
ATTEMPTS: Final = 3
BROWSER: Final = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"


@dataclass(slots=True)
class SampleClock:
    """Stands where the act to be written stands in time."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def present(services: Services) -> bool:
    """Whether all of the sample has been written."""
    return services.credentials.find(SEED_PERSON) is not None


def write_sample(
    services: Services, wire: Wire, *, before_last: Callable[[], object] | None = None
) -> tuple[SignIn, ...]:
    """Write who is not there yet; returns whom one may sign in as. Raises what the services raise.

    `before_last` is called when all are there but the one by whom `present` knows.
    """
    now = services.clock.now()
    for organisation in organisations():
        _Writer(services, wire, organisation, now).write()
    if before_last and not present(services):
        before_last()
    _seed_person(services)
    return SIGN_INS


def write_history(services: Services, wire: Wire, told: Callable[[str], Told]) -> None:
    """Write at once what the worker else does in the background: the month behind those who are there.

    `told` is called with an organisation's name for whom to tell how far that one is.
    """
    for organisation in organisations():
        History(services, wire, organisation).write(told(organisation.name))


class _Writer:
    """Writes one organisation."""

    def __init__(self, services: Services, wire: Wire, organisation: SampleOrganisation, now: datetime) -> None:
        self._services, self._wire, self._organisation, self._now = services, wire, organisation, now
        self._name, self._people = organisation.name, organisation.people

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
        made = services.users.create_organisation(
            org_name=self._name,
            email=self._organisation.email(top),
            username=top.username,
            password=self._organisation.password(top),
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
            email=self._organisation.email(person),
            username=person.username,
            role=person.role,
            manager_id=manager,
            **person.profile,
        )
        services = self._at(person.days, person.username)
        services.users.create(
            self._admin, command, password=self._organisation.password(person), user_id=self._id(person.username)
        )

    def _live(self, person: SamplePerson) -> None:
        """What happened to them since: most were here, some moved on, a few left."""
        user_id, seen = self._id(person.username), self._organisation.seen_days(person)
        if seen is not None:
            self._was_here(person.username, user_id, seen)
        if turn := self._organisation.turn(person):
            change = EditPerson(status=Status.INACTIVE) if turn.left else EditPerson.of(job_title=turn.title)
            joined = 1 if person.level else 2  # the founder's profile came second
            with suppress(Conflict):  # it was done before a crash, or they were changed since
                self._at(turn.days, person.username).users.edit(self._admin, user_id, change, seen_version=joined)

    def _was_here(self, username: str, user_id: str, days: float) -> None:
        """A session begun so many days ago, and used once."""
        clock = SampleClock(self._now - timedelta(days=days))
        services = self._wired(clock, username)
        user = services.users.find(user_id)
        if user is None or user.last_seen_at or not user.active:
            return
        for _ in range(ATTEMPTS):
            opened = services.sessions.begin(user, address="127.0.0.1", user_agent=BROWSER, at=clock.now())
            clock.moment += TOUCHED_EVERY
            with suppress(NotSignedIn):  # long over by now, so the store may have deleted it, which it seldom looks for
                services.sessions.actor(user_id, opened.session.secret_sha256)
                return

    def _id(self, username: str) -> str:
        """The founder's is what `found` made; everybody else's is made of the name."""
        if username == self._people[0].username:
            return self._admin.user_id
        return self._organisation.user_id(username)

    def _at(self, days: float, who: str) -> Services:
        """The services, as they were so many days ago."""
        return self._wired(SampleClock(self._now - timedelta(days=max(days, 0))), who)

    def _wired(self, clock: SampleClock, who: str) -> Services:
        identifiers = Identifiers(clock, Random(f"{self._name}/{who}/{clock.moment.isoformat()}").getrandbits)
        return self._wire(clock=clock, identifiers=identifiers)


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
    services.users.create(system, command, user_id=SEED_ID)
