"""Users: everyone in the organisation, found by filter and search, each a link to their page."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from components.bulk import change_dialog as bulk_change_dialog
from components.bulk import progress as bulk_progress
from components.frame import navigation
from components.frame.page import open_page
from components.kit import dialogs, elements
from components.kit.list_page import Bulk, ListPage, Rows
from components.kit.table import Column
from components.kit.values import Time
from components.users import empty_state as user_empty_state
from components.users import filters as user_filters
from components.users.create_dialog import compose
from components.users.export import EXPORT
from components.users.fields import ROLES, STATES, display_name, person_cell
from data.core.permissions import Permission, may
from data.services import get_services
from data.users.filters import UserFilter
from data.users.models import User

actor = open_page("Users", requires=Permission.LIST_USERS)
services = get_services()

COLUMNS: Final = [
    Column("name", "Name", "person", sort=True, width="38%"),
    Column("role", "Role", sort=True, wide=True, width="11%"),
    Column("status", "Status", "state", sort=True, width="12%"),
    Column("department", "Department", sort=True, wide=True, width="14%"),
    Column("manager", "Manager", "mute", wide=True, width="15%"),
    Column("seen", "Last seen", "time", sort=True, numeric=True, wide=True, width="104px"),
]


def rows(people: Sequence[User]) -> list[dict[str, Any]]:
    managers = services.directory.names(actor, [user.manager_id for user in people])
    return [row(user, managers.get(user.manager_id or "")) for user in people]


def row(user: User, manager: User | None) -> dict[str, Any]:
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


with elements.header("Users"):
    beside = st.container(width="content")  # for the export, which needs to know the filters
    if may(actor, Permission.CREATE_USERS):
        if st.button("Import CSV…", icon=":material/upload:", key="import_people"):
            st.switch_page(navigation.path_of("import"))
        open_new = partial(dialogs.open_for, "new_person")
        st.button("Add person…", icon=":material/add:", type="primary", key="add_person", on_click=open_new)

caption: Final = "People, with role, status and when last seen"
ListPage(
    key="users",
    noun=("person", "people"),
    model=UserFilter,
    controls=partial(user_filters.controls, actor),
    names=lambda *_: user_filters.names(actor),
    read=services.directory.list_page,
    rows=Rows(COLUMNS, rows, caption, href="user?id=", page=navigation.path_of("user")),
    empty=user_empty_state.draw,
    progress=services.directory.progress,
    bulk=Bulk(
        partial(bulk_change_dialog.acts, actor), services.directory.matching, bool(bulk_change_dialog.offered(actor))
    ),
    export=EXPORT if may(actor, Permission.EXPORT_USERS) else None,
    below_filters=bulk_progress.draw,
).render(actor, beside)
bulk_change_dialog.ask()
if dialogs.subject("new_person"):
    compose()
