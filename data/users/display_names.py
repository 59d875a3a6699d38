"""How users are called wherever they are shown: by name, with the username where the name alone could mislead.

A user chooses their own name and could take that of an admin. The username is unique and never changes.
"""

import unicodedata
from typing import Final

from data.core.text import isolated
from data.users.models import User, comparable
from data.users.search import PeopleSearch

BRACKETS: Final = frozenset({"Ps", "Pe"})


class DisplayNames:
    """Compares a name with those of all users of the organisation, active or not, which are in memory."""

    def __init__(self, search: PeopleSearch) -> None:
        self._search = search

    def of(self, user: User) -> str:
        """The name; with the username if another user has the same one, or if all are not loaded yet."""
        shared = self._search.shared_names(user.org_id)
        unique = shared is not None and comparable(user.name) not in shared
        name = isolated(user.name)
        return name if unique and not _imitates(user.name) else f"{name} ({user.username})"

    def recorded(self, user: User | None, *, name: str, username: str, user_id: str) -> str:
        """A user as an audit record names them: as now, and as then if that differs.

        `user`: as stored now, if known to the reader; `name` and `username`: at that time, empty in old records.
        """
        if user is not None:
            return self.of(user) if name in ("", user.name) else f"{self.of(user)} (then {isolated(name)})"
        return (
            f"{isolated(name)} ({username})"
            if name and username not in ("", name)
            else isolated(name or username or user_id)
        )


def _imitates(name: str) -> bool:
    """Whether a name has brackets, and so could pass for one with a username or a former name behind it."""
    return any(unicodedata.category(letter) in BRACKETS for letter in name)
