"""The stored items behind a page, for admins: a quiet button beneath its details, and a dialog (`raw=1` opens it).

    details(person)
    raw_item.button(actor)
    …
    raw_item.ask(partial(services.raw_items.of_person, actor, user_id))

`ask` stands at the end of the page, as those of other dialogs do; it reads only when the dialog is open. All reruns of
an open dialog carry the name of one opening, so that the service records one view.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from components.kit import elements, feedback, markup
from components.kit.copy_button import copy_button
from components.kit.formatting import plural
from components.kit.markup import Html, joined, tag
from components.kit.values import Code, Value
from data.core.permissions import Actor, Permission, may
from data.health.models import RawAttribute, RawItem

PARAMETER: Final = "raw"
OPENING: Final = "raw/opening"
Read = Callable[[str], Sequence[RawItem]]


def button(actor: Actor) -> None:
    """Offer it to those who may look."""
    if may(actor, Permission.READ_RAW):
        st.button("Raw item", icon=":material/data_object:", key="raw_open", type="tertiary", on_click=_open)


def ask(read: Read) -> None:
    """Draw the dialog if the address asks for it. `read` authorises and records; its errors are shown in the dialog."""
    if st.query_params.get(PARAMETER) == "1":
        opening = st.session_state.setdefault(OPENING, secrets.token_hex(8))
        st.dialog("Raw item", width=880, on_dismiss=_close)(_shown)(read, opening)
    else:
        st.session_state.pop(OPENING, None)


def _open() -> None:
    st.session_state.pop(OPENING, None)
    st.query_params[PARAMETER] = "1"


def _close() -> None:
    st.query_params.pop(PARAMETER, None)
    st.session_state.pop(OPENING, None)


def _shown(read: Read, opening: str) -> None:
    with feedback.explained(admin=True):
        items = read(opening)
        elements.said(
            "As the store has it now. Secrets are hidden, also in what is copied. Nothing can be changed here."
        )
        for number, item in enumerate(items):
            _item(item, number)


def _item(item: RawItem, number: int) -> None:
    size = plural(item.size, "byte", "bytes")
    elements.section(item.what, f"{plural(len(item.attributes), 'attribute', 'attributes')}, {size}")
    facts: list[tuple[str, Value]] = [("Table", Code(item.real_name))]
    facts += [(name, Code(value)) for name, value in item.key]
    facts += [("Version", item.version)] if item.version else []
    elements.facts(facts, flow="strip")
    _attributes(item)
    copy_button(item.json, key=f"raw_copy_{number}", label="Copy as JSON")


def _attributes(item: RawItem) -> None:
    heads = (tag("th", name, scope="col", class_=kind) for name, kind in _HEADS)
    rows = (_row(one) for one in item.attributes)
    caption = tag("caption", f"Attributes of the item: {item.what}", class_="sr")
    st.html(tag("table", caption, tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="raw"))


_HEADS: Final[tuple[tuple[str, Any], ...]] = (("Attribute", None), ("Type", None), ("Value", None), ("Bytes", "num"))


def _row(one: RawAttribute) -> Html:
    value = tag("span", one.value, class_="mute") if one.hidden else _value(one)
    cells = joined(tag("td", one.kind, class_="mute"), tag("td", value), tag("td", f"{one.size:,}", class_="num"))
    return tag("tr", tag("th", one.name, scope="row"), cells)


def _value(one: RawAttribute) -> Html:
    """Letter by letter; an empty text is a pair of quotation marks, so that it is seen."""
    return markup.exactly(one.value) if one.value else tag("span", '""', class_="mute")
