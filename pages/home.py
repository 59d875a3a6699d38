"""Home: what needs attention, how many people there are, and what just happened."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

import streamlit as st

from components.audit import activity_feed as audit_activity_feed
from components.audit.sentences import concerned
from components.frame.page import open_page
from components.home import action_items as home_action_items
from components.home import sample_progress as home_sample_progress
from components.kit import elements, feedback
from components.kit.formatting import ago, count, plural
from components.kit.values import Figure, Value
from components.users import segments as user_segments
from components.users.fields import display_name
from data.audit.models import AuditRecord
from data.authentication.models import Session
from data.core.concurrency import together
from data.core.errors import AppError
from data.core.permissions import Permission, may
from data.services import get_services
from data.storage.pagination import Page
from data.users.filters import Figures
from data.users.models import User
from data.users.segments import PeopleKind

actor = open_page("Home", requires=Permission.OPEN_HOME)
services = get_services()

READ, SHOWN = 100, 12  # events: so many are read, and make at most so many lines
sees_people: Final = may(actor, Permission.LIST_USERS)
sees_trail: Final = may(actor, Permission.READ_AUDIT)
leads: Final = may(actor, Permission.READ_AUDIT_OF_PERSON)


def organisation() -> str:
    """Its name; a page that cannot read that one line still shows the rest."""
    with suppress(AppError):
        return services.organisations.get(actor.org_id).name
    return ""


def figures(found: Figures) -> None:
    """Each leads to the list that it counts."""
    scope = "" if found.complete else "of the newest 1,000"
    seen, new = map(user_segments.address_of, (PeopleKind.SEEN_TODAY, PeopleKind.NEW))
    elements.figures(
        [
            Figure("Active people", count(found.active), note=scope, href="users"),
            Figure("Seen in the last 24 hours", count(found.seen_today), note=scope, href=seen),
            Figure("Added in the last 30 days", count(found.new_this_month), note=scope, href=new),
            Figure("Inactive", count(found.inactive), note=scope, href="users?users_status=inactive"),
            Figure("Admins", count(found.admins), note=scope, href="users?users_role=admin"),
        ]
    )


def own(manager: User | None, sessions: tuple[Session, ...]) -> None:
    """For those whom nobody reports to: themselves."""
    elements.section("You", "", ("Your settings", "settings"))
    now, used = services.clock.now(), max((session.last_seen_at for session in sessions), default=None)
    signed_in = plural(len(sessions), "session", "sessions") + (f", used {ago(used, now)}" if used else "")
    browsers = ", ".join(sorted({session.browser for session in sessions if session.browser}))
    facts: list[tuple[str, Value]] = [
        ("Manager", display_name(manager) if manager else "Nobody"),
        ("Signed in", signed_in),
    ]
    elements.facts([*facts, ("In", browsers or "—")], flow="strip")


def latest(found: Page[AuditRecord]) -> None:
    elements.section(
        "Latest events" if sees_trail else "Your latest events", "", ("All events", "audit") if sees_trail else None
    )
    if lines := audit_activity_feed.lines(found.items, SHOWN, cut=found.next_cursor is not None):
        names = services.directory.names(actor, concerned(line.newest for line in lines))
        elements.feed(audit_activity_feed.happenings(lines, names, linked=sees_trail))
    else:
        elements.empty("history", "Nothing has happened yet", "What people do here is listed as it happens.")


def reads() -> list[Callable[[], Any]]:
    """What this page shows beside what needs attention."""
    list_events = services.audit.list_newest if sees_trail else services.audit.list_own
    found: list[Callable[[], Any]] = [
        partial(list_events, actor, limit=READ),
        partial(home_sample_progress.find, actor),
    ]
    found.append(partial(services.directory.figures, actor) if sees_people else lambda: None)
    if leads:
        return found
    return [
        *found,
        partial(services.directory.own_manager, actor),
        partial(services.sessions.list_of, actor, actor.user_id),
    ]


elements.header("Home", organisation())
with feedback.explained():
    events, history, counted, *mine = together(*reads())
    home_sample_progress.follow(history)
    if counted:
        figures(counted)
    left, right = st.columns([19, 11], gap="medium")
    with left:
        home_action_items.show(services.attention.look(actor))
        if mine:
            own(*mine)
    with right:
        latest(events)
