"""What the plan of a month is made of: acts, and where each person stands while it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from data.core.permissions import Role
from data.sample.people import SamplePerson


class Deed(StrEnum):
    """What sort of act it is, and so which service does it."""

    VISIT = "visit"
    EDIT = "edit"
    LINK = "link"
    WELCOME = "welcome"
    TOKEN = "token"  # noqa: S105 - a word
    REVOKE = "revoke"
    GUESS = "guess"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `version`: at which the person must be, so that it is done once, and never over somebody's own change.

    `until`: of a visit, when they sign out; None: they leave it to end by itself.
    """

    at: datetime
    deed: Deed
    actor: str
    about: str
    values: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    until: datetime | None = None

    @property
    def key(self) -> str:
        """Its name for good: identifiers are made of it."""
        return f"{self.at.isoformat()}/{self.deed}/{self.actor}/{self.about}"


@dataclass(slots=True)
class Standing:
    """Where somebody stands at the moment that the plan has come to. `settled`: no act on them may follow.

    `since`: when what is stored of them before the month had become so.
    """

    person: SamplePerson
    joined: datetime
    since: datetime
    seen: datetime | None
    gone: bool
    version: int
    manager: str | None
    department: str
    title: str
    role: Role
    settled: bool = False

    def here(self, at: datetime) -> bool:
        """Whether they may have done something then."""
        return self.seen is not None and self.joined < at < self.seen and not self.gone
