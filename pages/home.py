"""Home: how many people there are, and what just happened."""

from contextlib import suppress
from functools import partial
from typing import Final

import streamlit as st

from components import events, feedback, navigation, parts
from components.formatting import count
from components.page import open_page
from components.values import Figure
from data import bootstrap
from data.aws.parallel import together
from data.errors import AppError
from data.permissions import Permission, may
from data.users.queries import Figures

actor = open_page("Home", requires=Permission.OPEN_HOME)
services = bootstrap.get_services()

NEWEST: Final = 15


def organisation() -> str:
    """Its name; a page that cannot read that one line still shows the rest."""
    with suppress(AppError):
        return services.organisations.get(actor.org_id).name
    return ""


def figures(found: Figures) -> None:
    scope = "" if found.complete else "of the newest 1,000"
    parts.figures(
        [
            Figure("Active people", count(found.active), note=scope),
            Figure("Seen in the last 24 hours", count(found.seen_today), note=scope),
            Figure("Added in the last 30 days", count(found.new_this_month), note=scope),
            Figure("Inactive", count(found.inactive), note=scope),
            Figure("Admins", count(found.admins), note=scope),
        ]
    )


parts.header("Home", organisation())
with feedback.explained():
    sees_trail = may(actor, Permission.READ_AUDIT)
    list_events = services.audit.list_newest if sees_trail else services.audit.list_own
    if may(actor, Permission.LIST_USERS):
        counted, latest = together(
            partial(services.directory.figures, actor), partial(list_events, actor, limit=NEWEST)
        )
        figures(counted)
    else:
        latest = list_events(actor, limit=NEWEST)
    parts.section(
        "Latest events" if sees_trail else "Your latest events", "", ("All events", "audit") if sees_trail else None
    )
    if latest.items:
        names = services.directory.names(actor, events.concerned(latest.items))
        parts.feed(events.happening(record, names) for record in latest.items)
    else:
        parts.empty("history", "Nothing has happened yet", "What people do here is listed as it happens.")
    if not may(actor, Permission.LIST_USERS):
        st.page_link(navigation.path_of("settings"), label="Your profile and settings", icon=":material/tune:")
