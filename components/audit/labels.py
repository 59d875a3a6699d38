"""Fields and values of the audit trail as the forms and lists call them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from pydantic.alias_generators import to_camel

from components.kit.formatting import absolute
from components.users.fields import LABELS, ROLES, STATES, display_name
from data.users.models import User

VIAS: Final[Mapping[str, str]] = {
    "web": "web",
    "api": "API",
    "token": "personal token",
    "oidc": "company account",
    "system": "system",
    "job": "background job",
}
FIELDS: Final[Mapping[str, str]] = {to_camel(name): label for name, label in LABELS.items()} | {
    "via": "Through",
    "action": "Act",
    "entityId": "Who it was done to",
    "correlationId": "Reference",
    "failures": "Wrong passwords in a row",
    "failedSignIns": "Failed sign-ins",
}
STATUSES: Final = {str(status): state.word for status, state in STATES.items()}


def field(name: str) -> str:
    """The label of a field: "Job title"; of one that no form has, its own words."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return FIELDS.get(name) or words.capitalize()


def way(via: str) -> str:
    """How somebody came: "company account"."""
    return VIAS.get(via, via)


def value(name: str, stored: Any, people: Mapping[str, User]) -> str:
    """As it is shown elsewhere: people by their names, times with their zone; empty for nothing."""
    if stored is None:
        return ""
    text = str(stored)
    if text in people:
        return display_name(people[text])
    return _WORDED[name](text) if name in _WORDED else _moment(text) or text


def _moment(text: str) -> str:
    """The time that `text` is, if it is one that a program wrote."""
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        return absolute(found) if found.tzinfo else ""
    return ""


def readable(name: str) -> str:
    """What is called by a program: "sign_in_delayed", in words."""
    return name.replace("_", " ")


_WORDED: Final[Mapping[str, Callable[[str], str]]] = {
    "role": lambda role: ROLES.get(role, role),
    "status": lambda status: STATUSES.get(status, status),
    "timezone": readable,
    "action": readable,
    "via": way,
}
