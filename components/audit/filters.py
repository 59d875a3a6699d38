"""The filter bar of Audit. `audit_entity` and `audit_actor` in the address are IDs: links and the search set them."""

from datetime import date, timedelta, tzinfo
from functools import partial
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from components.audit import labels as audit_labels
from components.audit.labels import readable
from components.kit import filters, periods
from components.kit.formatting import count
from components.kit.load_progress import load_progress
from components.kit.markdown import plain
from components.session import current_actor
from components.users.fields import display_name
from data.audit.filters import AuditFilter
from data.audit.models import AuditRecord
from data.core.filters import MAX_LENGTH
from data.services import get_services
from data.users.filters import UserFilter

PERIODS: Final = {"all": "All time", "24h": "24 h", "7d": "7 d", "30d": "30 d"}
VIAS: Final = {"": "Any way"} | {via: f"{words[0].upper()}{words[1:]}" for via, words in audit_labels.VIAS.items()}
ALL: Final = "all"
AROUND: Final = timedelta(hours=1)  # acts with one reference are that near each other
MOST_OFFERED: Final = 5  # people


def address_of(record: AuditRecord, zone: tzinfo) -> str:
    """Where the trail shows what has the record's reference; the actor and the days keep what is examined small."""
    begin, end = (moment.astimezone(zone).date() for moment in (record.created_at - AROUND, record.created_at + AROUND))
    wanted = AuditFilter.model_construct(
        user_id=record.user_id, correlation_id=record.correlation_id, first_day=begin, last_day=end
    )
    return f"audit?{urlencode(wanted.to_query('audit'), doseq=True)}"


def controls(asked: AuditFilter) -> None:
    """The search, the period and the act in sight, the rest behind Filter."""
    filters.search("audit_q", "Search people")
    filters.segments("audit_period", "Period", PERIODS, ALL)
    _select("action", "Act", asked.action, _acts(asked.action))
    with filters.more():
        _person("actor", "Who did it")
        _person("entity", "Who it was done to")
        _select("via", "Through", asked.via, VIAS | ({asked.via: asked.via} if asked.via not in VIAS else {}))
        _day("from", "From", asked.first_day)
        _day("to", "To", asked.last_day)


def remove(*parameters: str) -> None:
    """Take these filters away, all if none is named. To be called in a callback."""
    filters.clear(*(parameters or (_parameter(param.name) for param in AuditFilter.params().values())))


def _acts(chosen: str) -> dict[str, str]:
    """Return the label of each audit action, and of `chosen`, which the address may name although it does not exist."""
    return {"": "Any act"} | {
        action: readable(action).capitalize() for action in sorted({*get_services().registry.actions, chosen} - {""})
    }


def _select(name: str, label: str, chosen: str, options: dict[str, str]) -> None:
    """It follows the address, and writes it before the run."""
    key = _widget(name)
    st.session_state[key] = chosen
    st.selectbox(
        plain(label),
        list(options),
        key=key,
        format_func=lambda value: options[value],
        label_visibility="collapsed" if name == "action" else "visible",
        width=200 if name == "action" else "stretch",
        on_change=_write,
        args=(name,),
    )


def _day(name: str, label: str, chosen: date | None) -> None:
    key = _widget(name)
    st.session_state[key] = chosen
    st.date_input(plain(label), key=key, format="YYYY-MM-DD", on_change=_write, args=(name,))


def _person(name: str, label: str) -> None:
    """People found by what is typed; a click on one is the filter."""
    typed = st.text_input(
        plain(label),
        key=_widget(name),
        placeholder="Search people",
        icon=":material/search:",
        live=True,
        autocomplete="off",
    )
    if not typed.strip():
        return
    actor = current_actor()
    found = get_services().directory.search(actor, UserFilter(text=typed[:MAX_LENGTH]), size=MOST_OFFERED)
    for user in found.items[:MOST_OFFERED]:
        label = f"{display_name(user)} · {user.email or user.username}"
        choose = partial(_choose, name, user.user_id)
        st.button(plain(label), key=f"{_widget(name)}_{user.user_id}", width="stretch", on_click=choose)
    if found.total and found.total > MOST_OFFERED:
        st.caption(plain(f"{count(found.total)} people match. Type more of the name."))
    elif found.complete and not found.items:
        st.caption("No user matches.")
    if not found.complete:
        load_progress(get_services().directory.progress)


def _choose(name: str, user_id: str) -> None:
    st.query_params[_parameter(name)] = user_id
    st.session_state[_widget(name)] = ""


def _write(name: str) -> None:
    chosen = st.session_state[_widget(name)]
    if chosen:
        st.query_params[_parameter(name)] = str(chosen)
    else:
        remove(_parameter(name))


def _parameter(name: str) -> str:
    return f"audit_{name}"


def _widget(name: str) -> str:
    return f"audit_{name}_chosen"


def day_in_words(day: str) -> str:
    """Return an ISO date as 3 Nov 2026."""
    return periods.in_words(date.fromisoformat(day))
