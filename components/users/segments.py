"""The kinds of people that Home counts, as filters of Users: each is in the address, and a chip removes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from components.kit import filters
from data.users.segments import PeopleKind

KIND, BELOW = "users_kind", "users_below"
PARAMETERS: Final = (KIND, BELOW)
LONGEST: Final = 128  # of an id
WORDS: Final[Mapping[PeopleKind, str]] = {
    PeopleKind.NEVER_HERE: "Never signed in",
    PeopleKind.IDLE_RIGHTS: "Admin or manager, not here for 90 days",
    PeopleKind.WITHOUT_MANAGER: "Without an active manager",
    PeopleKind.SEEN_TODAY: "Seen in the last 24 hours",
    PeopleKind.NEW: "Added in the last 30 days",
}


@dataclass(frozen=True, slots=True)
class KindAsked:
    """What the address asks for, None: anybody."""

    kind: PeopleKind | None
    below: str | None

    def __bool__(self) -> bool:
        return self.kind is not None or self.below is not None

    def words(self, name: Callable[[str], str]) -> list[str]:
        """As the page says it; `name` knows people's names."""
        return [text for _, text in self._chips(name)]

    def chips(self, name: Callable[[str], str]) -> None:
        """One for each that is on; a click removes it."""
        for parameter, text in self._chips(name):
            filters.chip(parameter, text, remove=remove)

    def _chips(self, name: Callable[[str], str]) -> list[tuple[str, str]]:
        found = [(KIND, WORDS[self.kind])] if self.kind else []
        return found + ([(BELOW, f"Below {name(self.below)}")] if self.below else [])


def asked() -> KindAsked:
    """What is in the address; what is no kind is left aside."""
    kind = st.query_params.get(KIND, "")
    below = st.query_params.get(BELOW, "")[:LONGEST]
    return KindAsked(PeopleKind(kind) if kind in set(PeopleKind) else None, below or None)


def remove(*parameters: str) -> None:
    """Take these filters away. To be called in a callback."""
    for parameter in parameters:
        st.query_params.pop(parameter, None)


def address_of(kind: PeopleKind, *, below: str = "") -> str:
    """Users, filtered so."""
    status = {"users_status": "all"} if kind is PeopleKind.NEW else {}
    return f"users?{urlencode({KIND: kind.value, **({BELOW: below} if below else {}), **status})}"
