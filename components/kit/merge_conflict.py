"""A conflict, field by field: what somebody else saved meanwhile, what was typed here; nobody's typing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from components.kit import elements, markup
from components.kit.markdown import plain
from components.kit.markup import tag

Way = Literal["mine", "theirs"]
WAYS: Final[dict[Way, str]] = {"mine": "Keep mine", "theirs": "Take theirs"}


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed: stored now, typed here, and what stood there when the form was opened."""

    field: str
    label: str
    theirs: str
    mine: str
    before: str


def resolve(
    clashes: Sequence[Clash], key: str, *, who: str = "Somebody", when: str = "", pressed: bool = False
) -> dict[str, Way] | None:
    """Ask for each field whose value stays; field → whose once every one is decided, else None.

    `who` changed them meanwhile, `when` ("2 min ago"). The answer is a wish: the service writes it on the version that
    was shown, and if that has moved again, this is asked again. `pressed`: somebody tried to save without having
    decided, so that what is open is marked.
    """
    changed = f"{who} changed {_fields(len(clashes))} that you changed too{f', {when}' if when else ''}."
    words = tag("span", f"{changed} Choose what stays; nothing is saved yet.")
    st.html(tag("div", markup.icon("call_split"), words, class_="clashing", role="alert"))
    for clash in clashes:
        with st.container(key=f"clash_{key}_{clash.field}", gap=8):
            st.html(_values(clash))
            st.segmented_control(
                plain(f"What stays in {clash.label.lower()}"),
                list(WAYS),
                key=_choice(key, clash),
                format_func=lambda way: plain(WAYS[way]),
                label_visibility="collapsed",
            )
            if pressed and clash.field not in _decided(clashes, key):
                elements.problem("Choose which value to keep.")
    return resolved(clashes, key)


def resolved(clashes: Sequence[Clash], key: str) -> dict[str, Way] | None:
    """What was chosen so far, without drawing: for the callback that saves it."""
    decided = _decided(clashes, key)
    return decided if len(decided) == len(clashes) else None


def _decided(clashes: Sequence[Clash], key: str) -> dict[str, Way]:
    chosen = {clash.field: st.session_state.get(_choice(key, clash)) for clash in clashes}
    return {field: way for field, way in chosen.items() if way in WAYS}


def _choice(key: str, clash: Clash) -> str:
    return f"{key}_{clash.field}_stays"


def _values(clash: Clash) -> str:
    rows = (("Before", clash.before, "before"), ("Theirs", clash.theirs, "theirs"), ("Yours", clash.mine, "mine"))
    shown = (
        tag("div", tag("dt", word), tag("dd", value or tag("span", "empty", class_="mute"), class_=name))
        for word, value, name in rows
    )
    return tag("div", tag("h3", clash.label), tag("dl", *shown), class_="clash")


def _fields(number: int) -> str:
    return "a field" if number == 1 else f"{number} fields"
