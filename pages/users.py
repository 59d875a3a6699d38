"""Users: everyone in the organisation, found by filter and search, each a link to their page."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from components import dialogs, feedback, filters, navigation, parts, people_export, people_kinds
from components.formatting import count, plural
from components.listing import Loaded, load, more_button
from components.loading import loading_people
from components.new_person import compose
from components.page import open_page
from components.people import ROLES, STATES, person_cell, sorted_by
from components.table import Column, table
from components.values import Time
from data import bootstrap
from data.paging import Page
from data.permissions import GRANTS, Permission, Reach, Role, may
from data.users.models import Status, User
from data.users.queries import Found, Sought

actor = open_page("Users", requires=Permission.LIST_USERS)
services = bootstrap.get_services()
sees_addresses = GRANTS[actor.role][Permission.READ_EMAILS] is Reach.ORGANISATION

PER_PAGE: Final = 50
SIZES: Final = (25, 50, 100)
STATUSES: Final = {"active": "Active", "inactive": "Inactive", "all": "All"}
COLUMNS: Final = [
    Column("name", "Name", "person", sort=True, width="38%"),
    Column("role", "Role", sort=True, wide=True, width="11%"),
    Column("status", "Status", "state", sort=True, width="12%"),
    Column("department", "Department", sort=True, wide=True, width="14%"),
    Column("manager", "Manager", "mute", wide=True, width="15%"),
    Column("seen", "Last seen", "time", sort=True, numeric=True, wide=True, width="104px"),
]
SORTS: Final = [column.key for column in COLUMNS if column.sort]


def fetch(cursor: str | None) -> Page[User]:
    return services.directory.list_newest(
        actor,
        roles=[Role(role) for role in roles],
        status=None if status == "all" else Status(status),
        departments=departments,
        cursor=cursor,
        limit=PER_PAGE,
    )


def row(user: User, managers: dict[str, User]) -> dict[str, Any]:
    manager = managers.get(user.manager_id or "")
    return {
        "id": user.user_id,
        "label": user.name,
        "name": person_cell(user, services.pictures.small_url(user)),
        "role": ROLES[user.role],
        "status": STATES[user.status],
        "department": user.department,
        "manager": manager.name if manager else None,
        "seen": Time(user.last_seen_at, bare=True) if user.last_seen_at else None,
    }


def narrowed() -> bool:
    return bool(query or roles or departments or kind)


def called(user_id: str) -> str:
    found = services.directory.names(actor, [user_id]).get(user_id)
    return found.name if found else user_id


def summary(found: Found) -> str:
    """For the pages of all, or of those loaded."""
    if narrowed():
        return f"{count(found.total)} of {count(found.loaded)}{'' if found.complete else ' loaded'} match"
    return plural(found.total, "person", "people")


def summary_so_far(loaded: Loaded[User], shown: int) -> str:
    """For a list that is read page by page."""
    below = ", more below" if loaded.more else ""
    if query:
        return f"{count(shown)} of {count(len(loaded.items))} loaded match{below}"
    return f"{count(shown)} loaded{below}" if loaded.more else plural(shown, "person", "people")


def counted(line: str, unreadable: int, *, behind: bool = False) -> None:
    with st.container(key="count", horizontal=True, vertical_alignment="center"):
        parts.said(line)
        if unreadable:
            parts.problem(f"{plural(unreadable, 'person', 'people')} could not be read; Health says which.")
        if behind:
            parts.problem("The store does not answer just now. This is how things were when it last did.")


def shown(people: Sequence[User]) -> None:
    managers = services.directory.names(actor, [user.manager_id for user in people])
    event = table(
        COLUMNS,
        [row(user, managers) for user in people],
        key="users_table",
        caption="People, with role, status and when last seen",
        sort=order,
        sort_param="users_sort",
        href="user?id=",
    )
    if event.opened:
        st.switch_page(navigation.path_of("user"), query_params={"id": event.opened})


def nothing(among: int, *, loaded: bool) -> None:
    """Why the list is empty, and what would be there without the filter."""
    if query and among:
        whom = f"{plural(among, 'person', 'people')}{' loaded' if loaded else ''}"
        line = f"Nobody of the {whom} has “{query}” in name, department or address."
        parts.empty("search_off", "Nobody matches the search", line)
    elif roles or departments or kind or status != "all":
        words = [*kind.words(called), *([STATUSES[status].lower()] if status != "all" else [])]
        words += [ROLES[role].lower() for role in roles] + list(departments)
        parts.empty("filter_list_off", "Nobody passes the filters", f"The filters are: {', '.join(words)}.")
    else:
        parts.empty("group", "Nobody is here yet", "Add the first person; they choose their own password.")
    with st.container(horizontal=True, horizontal_alignment="center", key="empty_acts"):
        clear = partial(
            filters.clear, "users_q", "users_status", "users_role", "users_department", *people_kinds.PARAMETERS
        )
        st.button("Clear search and filters", key="clear_all", on_click=clear)


with parts.header("Users"):
    beside = st.container(width="content")  # for the export, which needs to know the filters
    if may(actor, Permission.CREATE_USERS):
        open_new = partial(dialogs.open_for, "new_person")
        st.button("Add person…", icon=":material/add:", type="primary", key="add_person", on_click=open_new)

with feedback.explained():
    loaded_before = services.directory.progress(actor).complete
    there, kind = services.directory.counts(actor, Sought()), people_kinds.asked()
    asked = st.query_params.get_all("users_department")
    in_department = {name: name for name in dict.fromkeys((*there.departments, *asked))}
    with filters.bar():
        query = filters.search("users_q", "Search name or e-mail" if sees_addresses else "Search name")
        status = filters.segments("users_status", "Status", STATUSES, "active")
        with filters.more():
            roles = filters.choices("users_role", "Role", ROLES)
            departments = filters.choices("users_department", "Department", in_department)
        filters.chips([("users_role", "Role", ROLES), ("users_department", "Department", in_department)])
        kind.chips(called)

    order = filters.order("users_sort", "", SORTS)
    sought = Sought(
        text=query,
        roles=frozenset(map(Role, roles)),
        statuses=frozenset() if status == "all" else frozenset({Status(status)}),
        departments=frozenset(departments),
        kind=kind.kind,
        below=kind.below,
        sort=order,
    )
    size = filters.size_asked("users_size", SIZES, PER_PAGE)
    page = filters.page_asked("users_page", (sought, size))
    found = services.directory.search(actor, sought, page=page, size=size)
    # The first page of the plain list costs the same however many there are, also where all are loaded meanwhile.
    by_index = not found.complete or not (loaded_before or query or order or kind or page > 1)
    if not kind:  # the worker's filter knows no kinds, and a file of others would not be what is shown
        people_export.offer(beside, actor, sought, expected=found.total if found.complete else None)
    if not by_index or kind or (query and found.loaded):
        counted(summary(found), len(found.unreadable), behind=found.behind)
        if found.rows:
            shown(found.rows)
        else:
            nothing(found.loaded, loaded=not found.complete)
        if found.total > min(SIZES):
            with st.container(
                key="pager_users", horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap=16
            ):
                filters.pager("users_page", found.page, -(-found.total // size))
                filters.sizes("users_size", SIZES, PER_PAGE)
    else:
        loaded = load("users", (tuple(roles), status, tuple(departments)), fetch)
        people = sorted_by(order, [user for user in loaded.items if user.matches(query)])
        counted(summary_so_far(loaded, len(people)), len(loaded.unreadable))
        if people:
            shown(people)
        else:
            nothing(len(loaded.items), loaded=True)
        if loaded.more:
            more_button("users", PER_PAGE)
    if by_index:
        loading_people()

if dialogs.subject("new_person"):
    compose()
