"""Audit: who did what, newest first, with what it was before and after."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

import streamlit as st

from components.audit import filters as audit_filters
from components.audit import labels as audit_labels
from components.audit import sentences as audit_sentences
from components.audit import verification as audit_verification
from components.audit.export import EXPORT
from components.frame import navigation
from components.frame.page import open_page
from components.kit import elements, feedback, periods
from components.kit.formatting import count, plural
from components.kit.list_page import ListPage, Shown
from components.kit.markdown import plain
from components.kit.values import Entry
from components.users.fields import display_name
from data.audit.filters import AuditFilter
from data.audit.models import AuditRecord
from data.core.filters import Names
from data.core.permissions import Permission
from data.services import get_services
from data.storage.pagination import RecordPage
from data.users.models import User

actor = open_page("Audit", requires=Permission.READ_AUDIT)
services = get_services()
people: dict[str, User] = {}  # of the records shown, by ID


def names(asked: AuditFilter, found: RecordPage[AuditRecord]) -> Names:
    """How the values of the filter are called: users as now, other entities as in the newest record about them."""
    people.update(
        services.directory.names(actor, audit_sentences.concerned(found.items) | {asked.entity_id, asked.user_id})
    )
    entities = {record.entity_id: record.entity_name for record in reversed(found.items)}
    words: dict[str, Callable[[str], str | None]] = {
        "action": audit_labels.readable,
        "via": audit_labels.way,
        "period": audit_filters.PERIODS.get,
        "first_day": audit_filters.day_in_words,
        "last_day": audit_filters.day_in_words,
    }

    def name(field: str, value: str) -> str:
        if field in words:
            return words[field](value) or value
        return display_name(people[value]) if value in people else entities.get(value) or value

    return name


def person_link(shown: Shown[AuditRecord, AuditFilter]) -> None:
    if person := people.get(shown.asked.entity_id or shown.asked.user_id):
        label, query = f"Open {display_name(person)}", {"id": person.user_id}
        st.page_link(navigation.path_of("user"), label=plain(label), icon=":material/person:", query_params=query)


def summary(shown: Shown[AuditRecord, AuditFilter]) -> str:
    found, items = shown.found, len(shown.found.items)
    below = ", more below" if found.next_cursor else ""
    examined = f" of {count(found.examined)} examined" if found.examined > items else ""
    return f"{plural(items, 'record', 'records')} loaded{examined}{below}"


def trail(shown: Shown[AuditRecord, AuditFilter]) -> None:
    elements.audit_trail(entry(record, people) for record in shown.found.items)


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


def nothing(shown: Shown[AuditRecord, AuditFilter]) -> None:
    """Why the trail is empty, and what would be there without the filter."""
    if not shown.chips:
        elements.empty("receipt_long", "Nothing has been recorded yet", "Every change that people make is listed here.")
        return
    line = f"The filters are: {', '.join(chip.phrase for chip in shown.chips)}."
    if shown.wanted.contradictory:
        line += " The time ends before it begins: nothing can lie between."
    elif shown.found.next_cursor:
        line += f" None of the newest {count(shown.found.examined)} records matches; older ones may."
    elif shown.found.examined:
        line += f" {plural(shown.found.examined, 'record was', 'records were')} examined."
    elements.empty("filter_list_off", "No record matches these filters", line)
    with st.container(horizontal=True, horizontal_alignment="center", key="empty_acts"):
        st.button("Clear filters", key="clear_all", on_click=audit_filters.remove)


def verification() -> None:
    with beside:
        audit_verification.button()
    with feedback.explained():
        audit_verification.verification()


with elements.header("Audit", "who did what, newest first"):
    beside = st.container(width="content", horizontal=True, gap=8)  # for the exports, which need to know the filters
ListPage(
    key="audit",
    noun=("record", "records"),
    model=AuditFilter,
    controls=audit_filters.controls,
    names=names,
    read=services.audit.list_page,
    draw=trail,
    empty=nothing,
    summary=summary,
    export=EXPORT,
    beside_filters=person_link,
    below_filters=verification,
    fix=lambda asked: asked.resolve(services.clock.now(), periods.viewers_zone()),
    admin=True,
).render(actor, beside)
