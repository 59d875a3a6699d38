"""What part of the audit trail is shown. The address holds it: `audit_action`, and, from links, whom it is about or by.

One of them runs by index, the most telling one; the others leave out rows of what that brings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Final

import streamlit as st

from components.events import WORDS, plain
from components.formatting import literal
from data.audit.models import AuditRecord

LONGEST: Final = 128  # of an id; more than that nobody's is
ANY: Final = ""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What a record must be about, by whom, and what act; empty is any."""

    entity: str = ANY
    actor: str = ANY
    action: str = ANY

    def by_index(self) -> Mapping[str, str]:
        """The one that the service is asked for."""
        if self.entity:
            return {"entity_id": self.entity}
        if self.actor:
            return {"user_id": self.actor}
        return {"action": self.action} if self.action else {}

    def admits(self, record: AuditRecord) -> bool:
        """Whether the record passes all of them."""
        asked = ((self.entity, record.entity_id), (self.actor, record.user_id), (self.action, record.action))
        return all(wanted in (ANY, found) for wanted, found in asked)

    def words(self, name: Callable[[str], str]) -> list[tuple[str, str]]:
        """(parameter, in words) for each that is on; `name` knows people's names."""
        found = [("entity", f"About {name(self.entity)}"), ("actor", f"By {name(self.actor)}")]
        found.append(("action", f"Act is {plain(self.action)}"))
        return [(_parameter(each), words) for each, words in found if getattr(self, each)]


def read() -> AuditFilter:
    """What the address asks for."""
    return AuditFilter(**{each.name: st.query_params.get(_parameter(each.name), ANY)[:LONGEST] for each in _FIELDS})


def choose_action(chosen: str) -> None:
    """The select of acts. It follows the address, and writes it before the run."""
    known = {ANY: "Any act"} | {action: plain(action).capitalize() for action in sorted({*WORDS, chosen} - {ANY})}
    st.session_state[_SELECT] = chosen
    st.selectbox(
        "Act",
        list(known),
        key=_SELECT,
        format_func=lambda action: known[action],
        label_visibility="collapsed",
        width=240,
        on_change=_write_action,
    )


def chips(words: list[tuple[str, str]]) -> None:
    """One chip for each filter that is on; a click removes it."""
    for parameter, text in words:
        st.button(
            literal(text),
            icon=":material/close:",
            icon_position="right",
            key=f"chip_{parameter}",
            help="Remove this filter",
            on_click=remove,
            args=(parameter,),
        )


def remove(*parameters: str) -> None:
    """Take these filters away, all if none is named. To be called in a callback."""
    for parameter in parameters or [_parameter(each.name) for each in _FIELDS]:
        st.query_params.pop(parameter, None)


def _write_action() -> None:
    chosen = st.session_state[_SELECT]
    if chosen:
        st.query_params[_parameter("action")] = chosen
    else:
        remove(_parameter("action"))


def _parameter(name: str) -> str:
    return f"audit_{name}"


_FIELDS: Final = fields(AuditFilter)
_SELECT: Final = "audit_action_chosen"
