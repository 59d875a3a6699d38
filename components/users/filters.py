"""What is looked for on Users: the filter bar, and how it stands in the address."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from components.kit import filters
from components.users import segments as user_segments
from components.users.fields import ROLES, display_name, labels
from data.core.permissions import GRANTS, Actor, Permission, Reach, Role
from data.services import get_services
from data.users.filters import Sought
from data.users.models import Status

STATUSES: Final = {"active": "Active", "inactive": "Inactive", "all": "All"}
ABSENT: Final = {"30": "30 days", "90": "90 days", "180": "180 days"}
KEYS: Final = (
    *("users_q", "users_status", "users_role", "users_department", "users_manager", "users_absent"),
    *user_segments.PARAMETERS,
)


def draw(actor: Actor, sorts: tuple[str, ...]) -> Sought:
    """The bar; what it says, with the order of the address. Raises as the directory does."""
    directory = get_services().directory
    asked = _asked(sorts)
    known = directory.counts(actor, asked)
    counted = known if directory.progress(actor).complete else None
    chosen = st.query_params.get_all("users_department")
    everywhere = directory.departments(actor) if counted else known.departments
    departments = {name: name for name in dict.fromkeys((*everywhere, *chosen))}
    managers = _chosen(actor, asked.manager_id)
    with filters.bar():
        _always()
        with filters.more() as opened:
            filters.choices("users_role", "Role", ROLES, _by_value(counted.roles) if counted else None)
            filters.choices("users_department", "Department", departments, counted.departments if counted else None)
            if opened:  # up to a thousand names, which a closed list need not carry
                filters.choice("users_manager", "Manager", _choosable(actor, managers))
            else:
                filters.held("users_manager", managers)
            filters.choice("users_absent", "Not seen for", ABSENT, nothing="Any length of time")
        filters.chips(
            [
                ("users_role", "Role", ROLES),
                ("users_department", "Department", departments),
                ("users_manager", "Manager", managers),
                ("users_absent", "Not seen for", ABSENT),
            ]
        )
        user_segments.asked().chips(partial(_called, actor))
    return _asked(sorts)


def words(actor: Actor, sought: Sought) -> list[str]:
    """The filters that are on, but for the search, for a list that is empty."""
    found = user_segments.asked().words(partial(_called, actor)) + [status.value for status in sought.statuses]
    found += [ROLES[role].lower() for role in sorted(sought.roles)] + sorted(sought.departments)
    if sought.manager_id:
        found.append(f"reporting to {_chosen(actor, sought.manager_id)[sought.manager_id]}")
    return found + ([f"not seen for {sought.inactive_days} days"] if sought.inactive_days else [])


def alone(sought: Sought) -> Sought:
    """Its search without any filter."""
    return Sought(text=sought.text, sort=sought.sort)


def searched_in(actor: Actor) -> str:
    """Where the words of a search are looked for, for who may see them."""
    return f"name, username{', department or e-mail' if _sees_addresses(actor) else ' or department'}"


def clear() -> None:
    """A callback."""
    filters.clear(*KEYS)


def search_everybody() -> None:
    """Clear all but the search. A callback."""
    filters.clear(*(key for key in KEYS if key != "users_q"))
    st.query_params["users_status"] = "all"


def _asked(sorts: tuple[str, ...]) -> Sought:
    """What the address asks for; what is no choice is left aside."""
    sent = st.query_params
    status = sent.get("users_status", "active")
    status = status if status in STATUSES else "active"
    absent, kind = sent.get("users_absent", ""), user_segments.asked()
    return Sought(
        text=filters.searched("users_q"),
        roles=frozenset(Role(role) for role in sent.get_all("users_role") if role in ROLES),
        statuses=frozenset() if status == "all" else frozenset({Status(status)}),
        departments=frozenset(sent.get_all("users_department")),
        manager_id=sent.get("users_manager") or None,
        inactive_days=int(absent) if absent in ABSENT else None,
        kind=kind.kind,
        below=kind.below,
        sort=filters.order("users_sort", "", sorts),
    )


def _always() -> None:
    filters.search("users_q", "Search people")
    filters.segments("users_status", "Status", STATUSES, "active")


def _sees_addresses(actor: Actor) -> bool:
    return GRANTS[actor.role][Permission.READ_EMAILS] is Reach.ORGANISATION


def _choosable(actor: Actor, chosen: Mapping[str, str]) -> dict[str, str]:
    """All who manage, and whom the address names."""
    directory = get_services().directory
    active = {user.user_id: user for user in directory.managers(actor)}
    known = labels((active | directory.names(actor, chosen)).values())
    return known | {user_id: name for user_id, name in chosen.items() if user_id not in known}


def _chosen(actor: Actor, manager_id: str | None) -> dict[str, str]:
    """The manager whom the address names."""
    if manager_id is None:
        return {}
    known = get_services().directory.names(actor, [manager_id])
    return {manager_id: display_name(known[manager_id]) if manager_id in known else "an unknown user"}


def _called(actor: Actor, user_id: str) -> str:
    found = get_services().directory.names(actor, [user_id]).get(user_id)
    return display_name(found) if found else user_id


def _by_value(counts: Mapping[Role, int]) -> dict[str, int]:
    return {role.value: number for role, number in counts.items()}
