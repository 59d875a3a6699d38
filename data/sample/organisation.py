"""A sample organisation: who its people are to the services, and what became of each since they joined."""

from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Final

from data.sample.people import SamplePerson, globex, northwind

INACTIVE_SHARE: Final = 0.05
SEED_PERSON: Final = "seed-test"  # of the seeds' printed requests, written last of all
SEED_ID: Final = "test-user"


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


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of somebody, so many days ago: they left, or have another title."""

    days: float
    title: str = ""

    @property
    def left(self) -> bool:
        return not self.title


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """The founder comes first among its `people`."""

    name: str
    people: tuple[SamplePerson, ...]

    @property
    def founder(self) -> SamplePerson:
        return self.people[0]

    def email(self, person: SamplePerson) -> str:
        return f"{person.username}@{self.name.casefold()}.example"

    def password(self, person: SamplePerson) -> str | None:
        """Of those whom a newcomer may sign in as."""
        return next((sign_in.password for sign_in in SIGN_INS if sign_in.email == self.email(person)), None)

    def user_id(self, username: str) -> str:
        """Made of the name; not the founder's, which founding makes."""
        return "sample-" + sha256(f"{self.name}/{username}".encode()).hexdigest()[:20]

    def turn(self, person: SamplePerson) -> Turn | None:
        """Most are what they were, some moved on, a few left."""
        random = Random(f"life of {person.username}")
        if person.level > 1 and random.random() < INACTIVE_SHARE and not self.password(person):
            return Turn(min(person.days - 0.6, random.randint(1, 200)) - 0.5)
        if random.random() < INACTIVE_SHARE * 2:
            return Turn(min(person.days, random.randint(1, 30)) - 0.7, f"Senior {person.job_title.lower()}")
        return None

    def seen_days(self, person: SamplePerson) -> float | None:
        """How many days ago they were last here, if ever: after they joined and before they left."""
        if person.seen_minutes is None:
            return None
        days, turn = person.seen_minutes / 1440, self.turn(person)
        if turn and turn.left:
            days = max(days, turn.days + 0.1)
        return min(days, person.days - 0.9)


def organisations() -> tuple[SampleOrganisation, ...]:
    return SampleOrganisation("Globex", globex()), SampleOrganisation("Northwind", northwind())
