"""The lines of a file as the dry run shows them: whom each means, and what it would do or why it cannot."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import streamlit as st

from components import markup
from components.formatting import count
from components.markup import Html, joined, tag
from components.people import LABELS, ROLES
from components.values import State
from data.batches.models import Act, PlannedRow
from data.imports.models import FIELDS
from data.users.models import User

ACTS: Final = {
    Act.CREATE: State("To be added", "ok"),
    Act.CHANGE: State("To be changed", "busy"),
    Act.REJECT: State("Rejected", "bad"),
}
NAMES: Final = {"user_id": "User ID", "username": "Username"} | LABELS
ADDED: Final = "somebody whom this file adds"


def import_rows(rows: Iterable[PlannedRow], people: Mapping[str, User]) -> None:
    """One entry for each line; `people` are the managers they name, by id."""
    rows = list(rows)
    names = {row.user_id: row.name for row in rows if row.act is Act.CREATE}
    names |= {user_id: user.name for user_id, user in people.items()}
    st.html(tag("ol", *(_row(row, names) for row in rows), class_="plan"))


def managers_of(rows: Iterable[PlannedRow]) -> set[str]:
    """The ids of all managers in these rows, to look their names up at once."""
    sides = (side for row in rows if row.act is not Act.REJECT for side in (row.before, row.after))
    return {str(side["manager_id"]) for side in sides if side.get("manager_id")}


def _row(row: PlannedRow, names: Mapping[str, str]) -> Html:
    known = row.user_id and row.act is not Act.CREATE
    name = markup.link(row.name, f"user?id={row.user_id}") if known else row.name or "—"
    head = tag("p", tag("b", name), markup.state(ACTS[row.act]))
    match row.act:
        case Act.CREATE:
            there = [field for field in FIELDS if field in row.after]
            body = _fields((field, (_value(field, row.after[field], names),)) for field in there)
        case Act.CHANGE:
            body = _fields((field, _change(field, row, names)) for field in row.after)
        case Act.REJECT:
            body = joined(*(_reason(field, words, row.after) for field, words in row.reasons.items()))
    number = tag("span", tag("span", "Line ", class_="sr"), count(row.number), class_="nr")
    return tag("li", number, tag("div", head, body))


def _fields(items: Iterable[tuple[str, Iterable[str]]]) -> Html:
    rows = (joined(tag("dt", NAMES.get(field, field)), tag("dd", *pieces)) for field, pieces in items)
    return tag("dl", *rows, class_="fields")


def _change(field: str, row: PlannedRow, names: Mapping[str, str]) -> tuple[Html, Html]:
    before = _value(field, row.before.get(field), names)
    was = tag("del", before) if before else tag("span", "not set", class_="mute")
    return was, tag("ins", _value(field, row.after[field], names))


def _reason(field: str, words: str, cells: Mapping[str, Any]) -> Html:
    """What is wrong, with what stands in the cell."""
    cell = str(cells.get(field) or "")
    about = NAMES.get(field, "") + (f" “{_short(cell)}”" if cell else "")
    about += ": " if about else ""
    return tag("p", markup.icon("error"), tag("span", f"{about}{words}"), class_="problem")


def _value(field: str, value: Any, names: Mapping[str, str]) -> str:
    text = str(value or "")
    if field == "manager_id":
        return names.get(text, ADDED) if text else ""
    if field == "role":
        return ROLES.get(text, text)
    return text.capitalize() if field == "status" else text


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
