"""Users: everyone in the organisation, found by filter and search, each a link to their page."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st

from components.bulk import change_dialog as bulk_change_dialog
from components.bulk import progress as bulk_progress
from components.frame import navigation
from components.frame.page import open_page
from components.kit import dialogs, elements, feedback, filters, selection
from components.kit.formatting import count, plural
from components.kit.load_more import Loaded, load, more_button
from components.kit.load_progress import load_progress
from components.kit.table import Column, table
from components.kit.values import Time
from components.users import empty_state as user_empty_state
from components.users import export as user_export
from components.users import filters as user_filters
from components.users.create_dialog import compose
from components.users.fields import ROLES, STATES, display_name, person_cell, sorted_by
from data.core.permissions import Permission, may
from data.services import get_services
from data.storage.pagination import Page
from data.users.filters import Found, Sought
from data.users.models import User

actor = open_page("Users", requires=Permission.LIST_USERS)
services = get_services()
may_change: Final = bool(bulk_change_dialog.offered(actor))

PER_PAGE: Final = 50
SIZES: Final = (25, 50, 100)
COLUMNS: Final = [
    Column("name", "Name", "person", sort=True, width="38%"),
    Column("role", "Role", sort=True, wide=True, width="11%"),
    Column("status", "Status", "state", sort=True, width="12%"),
    Column("department", "Department", sort=True, wide=True, width="14%"),
    Column("manager", "Manager", "mute", wide=True, width="15%"),
    Column("seen", "Last seen", "time", sort=True, numeric=True, wide=True, width="104px"),
]
SORTS: Final = tuple(column.key for column in COLUMNS if column.sort)


def fetch(cursor: str | None) -> Page[User]:
    return services.directory.list_newest(
        actor,
        roles=sought.roles,
        status=next(iter(sought.statuses), None),
        departments=sought.departments,
        manager_id=sought.manager_id,
        inactive_days=sought.inactive_days,
        cursor=cursor,
        limit=PER_PAGE,
    )


def row(user: User, managers: dict[str, User]) -> dict[str, Any]:
    manager = managers.get(user.manager_id or "")
    return {
        "id": user.user_id,
        "label": display_name(user),
        "name": person_cell(user, services.pictures.small_url(user)),
        "role": ROLES[user.role],
        "status": STATES[user.status],
        "department": user.department,
        "manager": display_name(manager) if manager else None,
        "seen": Time(user.last_seen_at, bare=True) if user.last_seen_at else None,
    }


def summary(found: Found) -> str:
    """How many there are, and which of them are shown."""
    line = plural(found.total, "person", "people")
    if replace(sought, statuses=frozenset(), sort="") != Sought():
        line += " matches" if found.total == 1 else " match"
    if not found.complete:
        line += f" among {count(found.loaded)} loaded"
    first = (found.page - 1) * size + 1
    return line if found.total <= size else f"{line} · {count(first)} to {count(min(found.total, first + size - 1))}"


def summary_so_far(loaded: Loaded[User], shown: int) -> str:
    """For a list that is read page by page."""
    below = ", more below" if loaded.more else ""
    if sought.text:
        return f"{count(shown)} of {count(len(loaded.items))} loaded match{below}"
    return f"{count(shown)} loaded{below}" if loaded.more else plural(shown, "person", "people")


def counted(line: str, unreadable: int, *, behind: bool = False) -> None:
    if chosen.size:
        selection.bar(chosen, bulk_change_dialog.acts(actor, chosen))
        return
    with st.container(key="count", horizontal=True, vertical_alignment="center"):
        elements.said(line)
        if unreadable:
            elements.problem(f"{plural(unreadable, 'person', 'people')} could not be read; Health says which.")
        if behind:
            elements.problem("The store does not answer just now. This is how things were when it last did.")


def shown(people: Sequence[User]) -> None:
    managers = services.directory.names(actor, [user.manager_id for user in people])
    event = table(
        COLUMNS,
        [row(user, managers) for user in people],
        key=selection.TABLE,
        caption="People, with role, status and when last seen",
        selected=chosen.ids,  # where the browser draws the table from nothing, it is told what was ticked
        pick=may_change,
        all_on=chosen.every,
        sort=sought.sort,
        sort_param="users_sort",
        href="user?id=",
        page=page,
    )
    if event.opened:
        st.switch_page(navigation.path_of("user"), query_params={"id": event.opened})


with elements.header("Users"):
    beside = st.container(width="content")  # for the export, which needs to know the filters
    if may(actor, Permission.CREATE_USERS):
        if st.button("Import CSV…", icon=":material/upload:", key="import_people"):
            st.switch_page(navigation.path_of("import"))
        open_new = partial(dialogs.open_for, "new_person")
        st.button("Add person…", icon=":material/add:", type="primary", key="add_person", on_click=open_new)

with feedback.explained():
    loaded_before = services.directory.progress(actor).complete
    sought = user_filters.draw(actor, SORTS)
    size = filters.size_asked("users_size", SIZES, PER_PAGE)
    page = filters.page_asked("users_page", (sought, size))
    found = services.directory.search(actor, sought, page=page, size=size)
    # The first page of the plain list costs the same however many there are, also where all are loaded meanwhile.
    kind = bool(sought.kind or sought.below)
    by_index = not found.complete or not (loaded_before or sought.text or sought.sort or kind or page > 1)
    chosen = selection.of(sought, found.total if found.complete else None)
    bulk_progress.draw(actor)
    user_export.offer(beside, actor, sought, expected=found.total if found.complete else None)
    if not by_index or kind or (sought.text and found.loaded):
        counted(summary(found), len(found.unreadable), behind=found.behind)
        if found.rows:
            shown(found.rows)
        else:
            user_empty_state.draw(actor, sought, found.loaded, loaded=not found.complete)
        if found.total > min(SIZES):
            with st.container(
                key="pager_users", horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap=16
            ):
                filters.pager("users_page", found.page, -(-found.total // size))
                filters.sizes("users_size", SIZES, PER_PAGE)
    else:
        loaded = load("users", replace(sought, text="", sort=""), fetch)
        people = sorted_by(sought.sort, [user for user in loaded.items if user.matches(sought.text)])
        counted(summary_so_far(loaded, len(people)), len(loaded.unreadable))
        if people:
            shown(people)
        else:
            user_empty_state.draw(actor, sought, len(loaded.items), loaded=True)
        if loaded.more:
            more_button("users", PER_PAGE)
    if by_index:
        load_progress(services.directory.progress)

bulk_change_dialog.ask()
if dialogs.subject("new_person"):
    compose()
