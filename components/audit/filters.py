"""What part of the audit trail is shown. The address holds all of it, so a pasted link shows the same.

`audit_entity` and `audit_actor` are ids, which links bring and people search sets; `audit_action`, `audit_via`,
`audit_reference`;
`audit_period` (24h, 7d, 30d), `audit_from` and `audit_to` (days); `audit_q` is looked for in names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
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
from data.audit.filters import LONGEST, Wanted
from data.audit.models import AuditRecord
from data.services import get_services
from data.users.filters import Sought

NAMES: Final = ("entity", "actor", "action", "via", "reference", "from", "to", "period", "q")
PERIODS: Final = {"all": "All time", "24h": "24 h", "7d": "7 d", "30d": "30 d"}
VIAS: Final = {"": "Any way"} | {via: f"{words[0].upper()}{words[1:]}" for via, words in audit_labels.VIAS.items()}
ALL: Final = "all"
AROUND: Final = timedelta(hours=1)  # acts with one reference are that near each other
MOST_OFFERED: Final = 5  # people


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the address says; empty is any."""

    entity: str = ""
    actor: str = ""
    action: str = ""
    via: str = ""
    reference: str = ""
    begin: str = ""
    end: str = ""
    period: str = ""
    text: str = ""

    def wanted(self, now: datetime, zone: tzinfo) -> Wanted:
        """The same for the service, as it stands now."""
        begin, end = periods.day_of(self.begin), periods.day_of(self.end)
        begins = [periods.back(self.period, now), periods.begin_of(begin, zone) if begin else None]
        return Wanted(
            user_id=self.actor,
            entity_id=self.entity,
            action=self.action,
            via=self.via,
            correlation_id=self.reference,
            text=self.text,
            since=max(filter(None, begins), default=None),
            until=periods.begin_of(end + timedelta(days=1), zone) if end else None,
        )

    def words(self, name: Callable[[str], str]) -> list[tuple[str, str]]:
        """(parameter, in words) for each that is on; `name` knows people's names."""
        begin, end = periods.day_of(self.begin), periods.day_of(self.end)
        found = {
            "entity": self.entity and f"About {name(self.entity)}",
            "actor": self.actor and f"By {name(self.actor)}",
            "action": self.action and f"Act is {readable(self.action)}",
            "via": self.via and f"Through {audit_labels.way(self.via)}",
            "reference": self.reference and f"Reference {self.reference}",
            "from": f"From {periods.in_words(begin)}" if begin else "",
            "to": f"To {periods.in_words(end)}" if end else "",
            "period": self.period and f"Last {PERIODS[self.period]}",
            "q": self.text and f"“{self.text}” in the name",
        }
        return [(_parameter(each), words) for each, words in found.items() if words]


def read() -> AuditFilter:
    """What the address asks for."""
    sent = {name: st.query_params.get(_parameter(name), "")[:LONGEST] for name in NAMES}
    return AuditFilter(
        entity=sent["entity"],
        actor=sent["actor"],
        action=sent["action"],
        via=sent["via"],
        reference=sent["reference"],
        begin=sent["from"],
        end=sent["to"],
        period=sent["period"] if sent["period"] in periods.LENGTHS else "",
        text=filters.searched(_parameter("q")),
    )


def address_of(record: AuditRecord, zone: tzinfo) -> str:
    """Where the trail shows what has the record's reference; the actor and the days keep what is examined small."""
    begin, end = (moment.astimezone(zone).date() for moment in (record.created_at - AROUND, record.created_at + AROUND))
    sought = {"reference": record.correlation_id, "actor": record.user_id, "from": str(begin), "to": str(end)}
    return f"audit?{urlencode({_parameter(name): text for name, text in sought.items()})}"


def controls(asked: AuditFilter) -> None:
    """The search, the period and the act in sight, the rest behind Filter."""
    filters.search(_parameter("q"), "Search people")
    filters.segments(_parameter("period"), "Period", PERIODS, ALL)
    _select("action", "Act", asked.action, _acts(asked.action))
    with filters.more():
        _person("actor", "Who did it")
        _person("entity", "Who it was done to")
        _select("via", "Through", asked.via, VIAS | ({asked.via: asked.via} if asked.via not in VIAS else {}))
        _day("from", "From", asked.begin)
        _day("to", "To", asked.end)


def chips(words: list[tuple[str, str]]) -> None:
    """One chip for each filter that is on and stands in no control in sight; a click removes it."""
    for parameter, text in words:
        if parameter in map(_parameter, ("action", "period", "q")):
            continue
        filters.chip(parameter, text, remove=remove)


def remove(*parameters: str) -> None:
    """Take these filters away, all if none is named. To be called in a callback."""
    filters.clear(*(parameters or map(_parameter, NAMES)))


def _acts(chosen: str) -> dict[str, str]:
    """What can have been done, in words; also what the address asks for, though nobody knows it."""
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


def _day(name: str, label: str, chosen: str) -> None:
    key = _widget(name)
    st.session_state[key] = periods.day_of(chosen)
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
    found = get_services().directory.search(actor, Sought(text=typed), size=MOST_OFFERED)
    for user in found.rows[:MOST_OFFERED]:
        label = f"{display_name(user)} · {user.email or user.username}"
        choose = partial(_choose, name, user.user_id)
        st.button(plain(label), key=f"{_widget(name)}_{user.user_id}", width="stretch", on_click=choose)
    if found.total > MOST_OFFERED:
        st.caption(plain(f"{count(found.total)} people match. Type more of the name."))
    elif found.complete and not found.rows:
        st.caption("Nobody matches.")
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
