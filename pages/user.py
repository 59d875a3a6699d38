"""One person: who they are, what they may, their team, what was changed and by whom, where they are signed in."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

import streamlit as st

from components.audit import labels as audit_labels
from components.audit import sentences as audit_sentences
from components.bulk import progress as bulk_progress
from components.frame import navigation
from components.frame.page import open_page
from components.kit import elements, feedback, item_inspector
from components.kit.formatting import absolute, plural
from components.kit.table import Column, table
from components.kit.uploads import picture_chooser
from components.kit.values import Code, Link, Time, Value
from components.users import access_actions as user_access_actions
from components.users import deactivate_dialog as user_deactivate_dialog
from components.users import edit_dialog as user_edit_dialog
from components.users.fields import ROLES, STATES, display_name, person_cell
from data.core.concurrency import together
from data.core.errors import AppError, Defect, NotPermitted
from data.core.permissions import Permission, may
from data.services import get_services
from data.users.models import Person
from data.users.team import Around

actor = open_page("Person", requires=Permission.READ_USERS)
services = get_services()
user_id: Final = st.query_params.get("id") or actor.user_id
back: Final = ("Users", "users") if may(actor, Permission.LIST_USERS) else None
raw: Final = partial(services.raw_items.of_person, actor, user_id)
trail_link: Final = ("All records", f"audit?audit_entity={user_id}") if may(actor, Permission.READ_AUDIT) else None

SESSIONS: Final = [
    Column("browser", "Browser", "link", width="34%"),
    Column("address", "Address", "code", width="20%"),
    Column("since", "Signed in", "time", numeric=True, wide=True),
    Column("seen", "Last used", "time", numeric=True),
]
TEAM: Final = [
    Column("name", "Name", "person", width="52%"),
    Column("role", "Role", wide=True),
    Column("status", "Status", "state"),
    Column("seen", "Last seen", "time", numeric=True, wide=True),
]


def if_permitted(read: Callable[[], Any]) -> Any:
    """What this role may not see is left out of the page."""
    with suppress(NotPermitted):
        return read()
    return None


def summary(person: Person) -> None:
    user, manager = person.user, names.get(person.user.manager_id or "")
    if user.manager_id and manager is None and user.user_id == actor.user_id:
        manager = services.directory.own_manager(actor)
    seen = Time(user.last_seen_at) if user.last_seen_at else "Never"
    boss: Value = Link(display_name(manager), f"user?id={manager.user_id}") if manager else "Nobody"
    if manager and not may(actor, Permission.LIST_USERS):
        boss = display_name(manager)  # known by name, not to be looked up
    strip = [("Role", ROLES[user.role]), ("Department", user.department or "—"), ("Manager", boss), ("Last seen", seen)]
    strip += [("Open sessions", str(len(sessions)))] if sessions is not None else []
    elements.facts(strip, flow="strip")


def details(person: Person) -> None:
    user, profile = person.user, person.profile
    elements.section("Profile")
    rows: list[tuple[str, Any]] = [("User ID", Code(user.user_id)), ("Username", Code(user.username))]
    rows += [("E-mail", user.email)] if user.email else []
    rows += [
        ("Job title", profile.job_title),
        ("Phone", profile.phone),
        ("Location", profile.location),
        ("Time zone", (profile.timezone or "").replace("_", " ") or None),
        ("About", profile.bio),
        ("Created", absolute(user.created_at)),
        ("Version", str(user.version)),
    ]
    elements.facts([(label, value or "—") for label, value in rows])


def team(found: Around) -> None:
    """Who reports to them, and the way up from them."""
    more = "the first " if found.more else ""
    who = more + plural(len(found.reports), "person reports", "people report") if found.reports else "nobody reports"
    everybody = ("All in Users", f"users?users_manager={person.id}&users_status=all") if found.reports else None
    elements.section("Team", f"{who} to them", everybody)
    if found.above:
        above = [(display_name(user), f"user?id={user.user_id}") for user in reversed(found.above)]
        elements.chain(above, display_name(person.user))
    if found.reports:
        rows = [
            {
                "id": user.user_id,
                "label": display_name(user),
                "name": person_cell(user, services.pictures.small_url(user)),
                "role": ROLES[user.role],
                "status": STATES[user.status],
                "seen": Time(user.last_seen_at, bare=True) if user.last_seen_at else None,
            }
            for user in found.reports
        ]
        opened = table(TEAM, rows, key="user_team", caption="Who reports to this person", href="user?id=").opened
        if opened:
            st.switch_page(navigation.path_of("user"), query_params={"id": opened})


def changes() -> None:
    more = "the newest " if history.next_cursor else ""
    elements.section("Audit", more + plural(len(history.items), "record", "records"), trail_link)
    if history.items:
        elements.audit_trail(audit_sentences.entry(record, names, here=True) for record in history.items)
    else:
        elements.said("Nothing has been recorded about this person yet.")


def signed_in() -> None:
    elements.section("Sessions", f"{len(sessions)} open")
    rows = [
        {
            "id": session.session_id,
            "browser": Link(session.browser or "Unknown browser", line=audit_labels.way(session.via)),
            "address": Code(session.address),
            "since": Time(session.created_at, bare=True),
            "seen": Time(session.last_seen_at, bare=True),
        }
        for session in sessions
    ]
    if rows:
        table(SESSIONS, rows, key="user_sessions", caption="Open sessions of this person", compact=True)
    else:
        elements.said("Not signed in anywhere.")


def failed_tries() -> int:
    """Not asked for by those who could do nothing about it: that would read the person for nothing."""
    return services.sessions.failed_tries(actor, user_id) if may(actor, Permission.MANAGE_SIGN_IN) else 0


try:
    person, history, sessions, may_edit, around, failed = together(
        partial(services.directory.get, actor, user_id),
        partial(if_permitted, partial(services.directory.history, actor, user_id)),
        partial(if_permitted, partial(services.sessions.list_of, actor, user_id)),
        partial(if_permitted, partial(services.users.get_user_for, actor, user_id, Permission.EDIT_PROFILES)),
        partial(if_permitted, partial(services.teams.around, actor, user_id)),
        partial(if_permitted, failed_tries),
    )
    concerned = audit_sentences.concerned(history.items if history else ()) | {
        person.user.manager_id or "",
        actor.user_id,
    }
    names = services.directory.names(actor, concerned)
    picture_url = services.pictures.url(person.user)
except AppError as error:
    with elements.header("Person", back=back):
        if isinstance(error, Defect):
            item_inspector.button(actor)  # what cannot be read can be looked at
    feedback.show(error)
    item_inspector.ask(raw)
    st.stop()

name: Final = display_name(person.user)
with elements.profile_header(name, person.user.email or "", STATES[person.user.status], picture_url, back):
    if may_edit:
        st.button("Edit", icon=":material/edit:", key="edit", on_click=user_edit_dialog.open_for, args=(person.id,))
    if may(actor, Permission.MANAGE_SIGN_IN):
        user_access_actions.buttons(person.user)
    if may(actor, Permission.DEACTIVATE_USERS) and person.id != actor.user_id:
        user_deactivate_dialog.button(person.user)
if may(actor, Permission.LIST_USERS):
    bulk_progress.draw()
summary(person)
if failed:
    tries = plural(failed, "try", "tries")
    elements.problem(f"Their next sign-in is delayed, after {tries} that failed. Sign-in above lifts the delay.")

left, right = st.columns([19, 9], gap="medium")
with left:
    if around is not None and (around.above or around.reports):
        team(around)
    if history is not None:
        changes()
    if sessions is not None:
        signed_in()
with right:
    details(person)
    item_inspector.button(actor)
    if may_edit:
        elements.section("Picture")
        if picture_chooser("picture", user_id=person.id, has_picture=bool(picture_url)):
            st.rerun()

user_edit_dialog.ask()
user_access_actions.ask(person.user, len(sessions or ()))
user_deactivate_dialog.ask(person.user, len(sessions or ()))
item_inspector.ask(raw)
