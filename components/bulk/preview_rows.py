"""Rows of a plan, and what came of them: whom each is about, each field before and after, or why not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import streamlit as st
from pydantic.alias_generators import to_snake

from components.kit import markup
from components.kit.formatting import count
from components.kit.markup import Html, joined, tag
from components.kit.values import State
from components.users.fields import LABELS, ROLES, display_name
from data.bulk.models import Act, AppliedRow, Outcome, PlannedRow
from data.core.permissions import Actor
from data.imports.models import FIELDS
from data.services import get_services
from data.users.change_preview import SO_ALREADY

ACTS: Final = {
    Act.CREATE: State("To be added", "ok"),
    Act.CHANGE: State("To be changed", "busy"),
    Act.REJECT: State("Rejected", "bad"),
}
OUTCOMES: Final = {
    Outcome.CREATED: State("Added", "ok"),
    Outcome.CHANGED: State("Changed", "ok"),
    Outcome.UNCHANGED: State("No change", "idle"),
    Outcome.MOVED: State("Changed by others", "warn"),
    Outcome.REFUSED: State("Refused", "bad"),
    Outcome.GONE: State("Not there", "bad"),
}
ALIKE: Final = State("No change", "idle")
NAMES: Final = {"user_id": "User ID", "username": "Username"} | LABELS
ADDED: Final = "somebody whom this file adds"
LONGEST: Final = 80  # characters of a cell that is quoted


def planned(actor: Actor, rows: Sequence[PlannedRow], *, number: str = "Row") -> None:
    """What is to become of each. `number`: what its number counts, for those who only hear it."""
    names = _names(actor, rows)
    _list(_entry(row, _act(row), _plan(row, names), number, names, there=row.act is not Act.CREATE) for row in rows)


def applied(actor: Actor, rows: Sequence[AppliedRow], *, number: str = "Row") -> None:
    """What came of each."""
    names = _names(actor, rows)
    _list(_entry(row, OUTCOMES[row.outcome], _came(row, names), number, names, there=_there(row)) for row in rows)


def value(field: str, stored: Any, names: Mapping[str, str]) -> str:
    """A value of a field as people read it, "" for none; `names` of managers, by id: who is not in it keeps the id."""
    text = str(stored or "")
    if field == "manager_id":
        return names.get(text, text)
    if field == "role":
        return ROLES.get(text, text)
    return text.capitalize() if field == "status" else text


def _list(entries: Iterable[Html]) -> None:
    st.html(tag("ol", *entries, class_="plan"))


def _entry(
    row: PlannedRow | AppliedRow, state: State, body: Html, number: str, names: Mapping[str, str], *, there: bool
) -> Html:
    shown = names.get(row.user_id, row.name) if there else row.name
    name = markup.link(shown, f"user?id={row.user_id}") if there and row.user_id else shown or "—"
    place = tag("span", tag("span", f"{number} ", class_="sr"), count(row.number), class_="nr")
    return tag("li", place, tag("div", tag("p", tag("b", name), markup.state(state)), body))


def _there(row: AppliedRow) -> bool:
    """Whether the person has a page; somebody who was to be added and was refused has none."""
    return row.outcome is not Outcome.GONE and (row.outcome is not Outcome.REFUSED or bool(row.before))


def _act(row: PlannedRow) -> State:
    return ALIKE if _alike(row) else ACTS[row.act]


def _alike(row: PlannedRow) -> bool:
    """Whether nothing is done because nothing would change, which is no fault."""
    return set(row.reasons.values()) == {SO_ALREADY}


def _plan(row: PlannedRow, names: Mapping[str, str]) -> Html:
    if _alike(row):
        return joined()
    if row.act is Act.REJECT:
        known = {} if _quoted(row) else names
        return joined(*(_reason(to_snake(field), words, row.after, known) for field, words in row.reasons.items()))
    return _fields(row, names)


def _came(row: AppliedRow, names: Mapping[str, str]) -> Html:
    return _problem(row.words) if row.words else _fields(row, names)


def _fields(row: PlannedRow | AppliedRow, names: Mapping[str, str]) -> Html:
    """Each field that changes, before and after; of somebody new all that is said of them, in the order of a file."""
    fields: Iterable[tuple[str, Iterable[str]]]
    if _new(row):
        fields = ((field, (_become(field, row, names),)) for field in FIELDS if row.after.get(field))
    else:
        fields = ((field, _change(field, row, names)) for field in row.after)
    lines = (joined(tag("dt", NAMES.get(field, field)), tag("dd", *pieces)) for field, pieces in fields)
    return tag("dl", *lines, class_="fields")


def _become(field: str, row: PlannedRow | AppliedRow, names: Mapping[str, str]) -> str:
    """The value that it gets: a manager whom nobody knows yet is somebody on another page of the same plan."""
    stored = row.after.get(field)
    if isinstance(row, PlannedRow) and field == "manager_id" and stored and stored not in names:
        return ADDED
    return value(field, stored, names)


def _change(field: str, row: PlannedRow | AppliedRow, names: Mapping[str, str]) -> tuple[Html, ...]:
    before, after = value(field, row.before.get(field), names), _become(field, row, names)
    unset = tag("span", "not set", class_="mute")
    arrow = tag("span", "→", class_="mute", aria_hidden="true")
    return tag("del", before) if before else unset, arrow, tag("ins", after) if after else unset


def _reason(field: str, words: str, cells: Mapping[str, Any], names: Mapping[str, str]) -> Html:
    """What is wrong, with what stands in the cell; a manager who was chosen, by name."""
    cell = str(cells.get(field) or "")
    cell = names.get(cell, cell) if field == "manager_id" else cell
    about = NAMES.get(field, "") + (f" “{_short(cell)}”" if cell else "")
    return _problem(f"{about}: {words}" if about else words)


def _problem(words: str) -> Html:
    return tag("p", markup.icon("error"), tag("span", words), class_="problem")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _names(actor: Actor, rows: Sequence[PlannedRow | AppliedRow]) -> dict[str, str]:
    """The names of the users in the rows and of their managers, by ID; also of those who are only to be added."""
    added = {row.user_id: row.name for row in rows if _new(row)}
    sides = (side for row in rows if not _quoted(row) for side in (row.before, row.after))
    ids = {str(side["manager_id"]) for side in sides if side.get("manager_id")}
    ids |= {row.user_id for row in rows if row.user_id}
    found = get_services().directory.names(actor, ids)
    return added | {user_id: display_name(user) for user_id, user in found.items()}


def _new(row: PlannedRow | AppliedRow) -> bool:
    return row.act is Act.CREATE if isinstance(row, PlannedRow) else row.outcome is Outcome.CREATED


def _quoted(row: PlannedRow | AppliedRow) -> bool:
    """Whether its values are as they stand in a file, perhaps no ids: a rejected line says nothing of before."""
    return isinstance(row, PlannedRow) and row.act is Act.REJECT and not row.before
