"""What is looked for among people, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from data.core.errors import InvalidInput
from data.core.models import Unreadable
from data.core.permissions import Role
from data.users.models import Status, User
from data.users.segments import PeopleKind

SORTS: Final = ("name", "role", "status", "department", "seen", "created")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; what is empty or None lets everybody pass. `sort`: a column, with "-" to turn it round.

    `text`: each of its words must be in the name, the username, the department, or the address if that is shown.
    `below`: the id of whom they are below.
    """

    text: str = ""
    roles: frozenset[Role] = frozenset()
    statuses: frozenset[Status] = frozenset()
    departments: frozenset[str] = frozenset()
    manager_id: str | None = None
    inactive_days: int | None = None
    kind: PeopleKind | None = None
    below: str | None = None
    sort: str = ""

    def __post_init__(self) -> None:
        if self.sort and self.sort.removeprefix("-") not in SORTS:
            raise InvalidInput({"sort": f"One of {', '.join(SORTS)}, with - in front to turn it round."})


@dataclass(frozen=True, slots=True)
class Found:
    """A page of those who match: `total` in all. Until `complete`, among the `loaded` of about `of` people.

    `behind`: the store did not answer just now, so this is how things were.
    """

    total: int
    rows: tuple[User, ...]
    page: int
    complete: bool
    loaded: int
    of: int | None
    behind: bool
    unreadable: tuple[Unreadable, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many are loaded, of about `of` if that is known."""

    loaded: int
    of: int | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of those whom the other filters let pass are of each role, status and department."""

    roles: Mapping[Role, int]
    statuses: Mapping[Status, int]
    departments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of people. `complete`: of all; otherwise of the newest thousand."""

    active: int
    inactive: int
    admins: int
    seen_today: int
    new_this_month: int
    complete: bool
