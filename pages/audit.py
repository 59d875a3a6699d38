"""Audit: who did what, newest first, with what it was before and after."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import quote

import streamlit as st

from components.audit import export as audit_export
from components.audit import filters as audit_filters
from components.audit import labels as audit_labels
from components.audit import sentences as audit_sentences
from components.audit import verification as audit_verification
from components.frame import navigation
from components.frame.page import open_page
from components.kit import elements, feedback, filters, periods
from components.kit.formatting import count, plural
from components.kit.load_more import Loaded, load, more_button
from components.kit.markdown import plain
from components.kit.values import Entry
from components.users.fields import display_name
from data.audit.filters import Wanted
from data.audit.models import AuditRecord
from data.core.permissions import Permission
from data.services import get_services
from data.storage.pagination import Page
from data.users.models import User

actor = open_page("Audit", requires=Permission.READ_AUDIT)
services = get_services()

PER_PAGE: Final = 50


def fetch(wanted: Wanted, cursor: str | None) -> Page[AuditRecord]:
    return services.audit.list_newest(actor, wanted, cursor=cursor, limit=PER_PAGE)


def name(user_id: str) -> str:
    """Of a person, as they are called now; else as the newest record calls what it is about."""
    if user_id in people:
        return display_name(people[user_id])
    called = (record.entity_name for record in loaded.items if record.entity_id == user_id)
    return next(called, "") or user_id


def summary(loaded: Loaded[AuditRecord]) -> str:
    below = ", more below" if loaded.more else ""
    shown = len(loaded.items)
    examined = f" of {count(loaded.examined)} examined" if loaded.examined > shown else ""
    return f"{plural(shown, 'record', 'records')} loaded{examined}{below}"


def entry(record: AuditRecord, people: Mapping[str, User]) -> Entry:
    """With everything that is known of the act: how it came, what it changed, the reference the log has it under."""
    user = people.get(record.user_id)
    facts = [audit_labels.way(record.via), *audit_sentences.facts(record, people)]
    return replace(
        audit_sentences.entry(record, people),
        via=" · ".join(facts),
        picture_url=services.pictures.small_url(user) if user else None,
        href=f"user?id={quote(user.user_id)}" if user else f"audit?audit_actor={quote(record.user_id)}",
        reference=record.correlation_id,
        reference_href=audit_filters.address_of(record, periods.viewers_zone()),
    )


def nothing(loaded: Loaded[AuditRecord], wanted: Wanted, filtered: list[str]) -> None:
    """Why the trail is empty, and what would be there without the filter."""
    if filtered:
        line = f"The filters are: {', '.join(filtered)}."
        if wanted.contradictory:
            line += " The time ends before it begins: nothing can lie between."
        elif loaded.more:
            line += f" None of the newest {count(loaded.examined)} records matches; older ones may."
        elif loaded.examined:
            line += f" {plural(loaded.examined, 'record was', 'records were')} examined."
        elements.empty("filter_list_off", "No record matches these filters", line)
        with st.container(horizontal=True, horizontal_alignment="center", key="empty_acts"):
            st.button("Clear filters", key="clear_all", on_click=audit_filters.remove)
    else:
        elements.empty("receipt_long", "Nothing has been recorded yet", "Every change that people make is listed here.")


asked = audit_filters.read()
with elements.header("Audit", "who did what, newest first"):
    beside = st.container(width="content", horizontal=True, gap=8)  # for what needs to know the filters
with feedback.explained(admin=True):
    with filters.bar():
        audit_filters.controls(asked)
        asked = audit_filters.read()
        wanted = asked.wanted(services.clock.now(), periods.viewers_zone())
        loaded = load("audit", asked, partial(fetch, wanted))
        people = services.directory.names(actor, audit_sentences.concerned(loaded.items) | {asked.entity, asked.actor})
        words = asked.words(name)
        audit_filters.chips(words)
        if person := people.get(asked.entity or asked.actor):
            label, query = f"Open {display_name(person)}", {"id": person.user_id}
            st.page_link(navigation.path_of("user"), label=plain(label), icon=":material/person:", query_params=query)
    with beside:
        audit_export.buttons(wanted)
        audit_verification.button()
    with feedback.explained():
        audit_export.followed()
        audit_verification.verification()
    with st.container(key="count", horizontal=True, vertical_alignment="center"):
        elements.said(summary(loaded))
        if loaded.unreadable:
            elements.problem(f"{plural(len(loaded.unreadable), 'record', 'records')} could not be read.")
    if loaded.items:
        elements.audit_trail(entry(record, people) for record in loaded.items)
    else:
        nothing(loaded, wanted, [text for _, text in words])
    if loaded.more:
        more_button("audit", PER_PAGE)
