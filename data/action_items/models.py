"""What somebody has to see to: matters, each with how many it is about and since when. Words are the page's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

Weight = Literal["bad", "warn", "info"]


class Look(StrEnum):
    """What was looked at, in the order in which one says it."""

    RIGHTS = "rights"
    PEOPLE = "people"
    MANAGERS = "managers"
    SIGN_INS = "sign-ins"
    ADDRESSES = "addresses"
    JOBS = "jobs"
    CHECKS = "checks"
    ITEMS = "items"
    OWN = "own"


class MatterKind(StrEnum):
    """What is the matter; `OWN_…` are the asker's own."""

    ONE_ADMIN = "one-admin"
    SIGN_IN_DELAYED = "sign-in-delayed"
    ADDRESS_LIMITED = "address-limited"
    FAILED_JOBS = "failed-jobs"
    FAILED_CHECKS = "failed-checks"
    UNREADABLE = "unreadable"
    WITHOUT_MANAGER = "without-manager"
    IDLE_RIGHTS = "idle-rights"
    NEVER_HERE = "never-here"
    OWN_PASSWORD = "own-password"  # noqa: S105 - a word
    OWN_MANAGER = "own-manager"
    OWN_PROFILE = "own-profile"


@dataclass(frozen=True, slots=True)
class ItemText:
    """How Home shows an action item of a domain that declares its own: an icon, texts, and the label of its link."""

    icon: str
    title: str
    line: str
    action: str
    address: str


@dataclass(frozen=True, slots=True)
class Matter:
    """`number` people or things; `since`: the oldest of them, None where nobody knows.

    `user_id`: whom it is about, where that is one person. `below`: of those below this person alone.
    """

    kind: MatterKind | str
    weight: Weight
    number: int = 1
    since: datetime | None = None
    user_id: str = ""
    below: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    text: ItemText | None = None  # None for the items whose texts are in components/home


@dataclass(frozen=True, slots=True)
class Loading:
    """How many people are loaded, of about `of` if that is known."""

    loaded: int
    of: int | None


@dataclass(frozen=True, slots=True)
class Attention:
    """Worst first. `loading`: people are still being loaded, so what is said of them waits."""

    matters: tuple[Matter, ...]
    looked: tuple[Look | str, ...]
    loading: Loading | None
    looked_at: datetime
