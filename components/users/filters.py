"""The filter bar of Users."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

import streamlit as st

from components.kit import filters
from components.users.fields import ROLES, display_name, labels
from components.users.segments import WORDS
from data.core.filters import Chip, Names
from data.core.permissions import Actor, Role
from data.services import get_services
from data.users.filters import UserFilter

STATUSES: Final = {"active": "Active", "inactive": "Inactive", "all": "All"}
ABSENT: Final = {"30": "30 days", "90": "90 days", "180": "180 days"}
KEYS: Final = tuple(f"users_{param.name}" for param in UserFilter.params().values())


def controls(actor: Actor, wanted: UserFilter) -> None:
    """The search and the status in sight, the rest behind Filter. Raises as the directory does."""
    directory = get_services().directory
    known = directory.counts(actor, wanted)
    counted = known if directory.progress(actor).complete else None
    everywhere = directory.departments(actor) if counted else known.departments
    departments = {name: name for name in dict.fromkeys((*everywhere, *wanted.departments))}
    managers = {wanted.manager_id: names(actor)("manager_id", wanted.manager_id)} if wanted.manager_id else {}
    filters.search("users_q", "Search people")
    filters.segments("users_status", "Status", STATUSES, "active")
    with filters.more() as opened:
        filters.choices("users_role", "Role", ROLES, _by_value(counted.roles) if counted else None)
        filters.choices("users_department", "Department", departments, counted.departments if counted else None)
        if opened:  # up to a thousand names, which a closed list need not carry
            filters.choice("users_manager", "Manager", _choosable(actor, managers))
        else:
            filters.held("users_manager", managers)
        filters.choice("users_absent", "Not seen for", ABSENT, nothing="Any length of time")


def names(actor: Actor) -> Names:
    """Return how the values of a filter are called."""
    return partial(_name, actor)


def phrases(described: Iterable[Chip]) -> list[str]:
    """Return the conditions in words, but for the search, for a list that is empty."""
    return [chip.phrase for chip in described if chip.param.name != "q"]


def clear() -> None:
    """A callback."""
    filters.clear(*KEYS)


def search_everybody() -> None:
    """Clear all but the search. A callback."""
    filters.clear(*(key for key in KEYS if key != "users_q"))
    st.query_params["users_status"] = "all"


def _name(actor: Actor, field: str, value: str) -> str:
    if field not in ("manager_id", "below"):
        return WORDS.get(value) or ROLES.get(value, value) if field in ("kind", "roles") else value
    found = get_services().directory.names(actor, [value]).get(value)
    return display_name(found) if found else "an unknown user" if field == "manager_id" else value


def _choosable(actor: Actor, chosen: Mapping[str, str]) -> dict[str, str]:
    """All who manage, and the user that the address names."""
    directory = get_services().directory
    active = {user.user_id: user for user in directory.managers(actor)}
    known = labels((active | directory.names(actor, chosen)).values())
    return known | {user_id: name for user_id, name in chosen.items() if user_id not in known}


def _by_value(counts: Mapping[Role, int]) -> dict[str, int]:
    return {role.value: number for role, number in counts.items()}
