"""The kinds of people that Home counts, as filters of Users."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from data.users.filters import UserFilter
from data.users.models import Status
from data.users.segments import PeopleKind

WORDS: Final[Mapping[str, str]] = {
    PeopleKind.NEVER_HERE: "Never signed in",
    PeopleKind.IDLE_RIGHTS: "Admin or manager, not here for 90 days",
    PeopleKind.WITHOUT_MANAGER: "Without an active manager",
    PeopleKind.SEEN_TODAY: "Seen in the last 24 hours",
    PeopleKind.NEW: "Added in the last 30 days",
}


def address_of(kind: PeopleKind, *, below: str = "") -> str:
    """Return the address of Users with this filter."""
    status = None if kind is PeopleKind.NEW else Status.ACTIVE
    wanted = UserFilter(kind=kind, below=below or None, status=status)
    return f"users?{urlencode(wanted.to_query('users'), doseq=True)}"
