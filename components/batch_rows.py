"""Rows of a plan, and what came of them, as tables show them: each field before and after, or why not."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import streamlit as st
from pydantic.alias_generators import to_snake

from components.people import LABELS, ROLES
from components.table import Column, table
from components.values import State
from data import bootstrap
from data.batches.models import Act, AppliedRow, Outcome, PlannedRow
from data.permissions import Actor, Role
from data.users.models import User

OUTCOMES: Final = {
    Outcome.CREATED: State("Added", "ok"),
    Outcome.CHANGED: State("Changed", "ok"),
    Outcome.UNCHANGED: State("Was so already", "idle"),
    Outcome.MOVED: State("Changed by others", "warn"),
    Outcome.REFUSED: State("Refused", "bad"),
    Outcome.GONE: State("Not there", "bad"),
}
ACTS: Final = {
    Act.CREATE: State("Will be added", "busy"),
    Act.CHANGE: State("Will change", "busy"),
    Act.REJECT: State("Stays as it is", "idle"),
}
MOST_FIELDS: Final = 4  # of a new person, in a row
COLUMNS: Final = [
    Column("name", "Name", width="26%"),
    Column("state", "What happens", "state", width="20%", wide=True),
    Column("words", "Before → after, or why not"),
]


def planned(actor: Actor, rows: Sequence[PlannedRow], *, key: str) -> None:
    """What is to become of each, and of whom it is refused and why."""
    people = _named(actor, rows)
    shown = [_row(row, ACTS[row.act], _reasons(row.reasons) or _change(row, people)) for row in rows]
    with st.container(key=f"told_{key}"):  # reasons are read to their end
        table(COLUMNS, shown, key=key, caption="Each person with what is planned", compact=True)


def applied(actor: Actor, rows: Sequence[AppliedRow], *, key: str) -> str | None:
    """What came of each; the id of the person whose row was opened just now."""
    people = _named(actor, rows)
    shown = [_row(row, OUTCOMES[row.outcome], row.words or _change(row, people)) for row in rows]
    columns = [COLUMNS[0], Column("state", "Outcome", "state", width="20%", wide=True), COLUMNS[2]]
    with st.container(key=f"told_{key}"):
        return table(columns, shown, key=key, caption="Each person with what came of it", href="user?id=").opened


def word(field: str, value: Any, people: Mapping[str, User]) -> str:
    """A value of a field as people read it."""
    if value is None or value == "":
        return "none"
    if field == "role":
        return ROLES[Role(value)]
    if field == "manager_id":
        return people[value].name if value in people else str(value)
    return str(value).capitalize() if field == "status" else str(value)


def _row(row: PlannedRow | AppliedRow, state: State, words: str) -> dict[str, Any]:
    return {"id": row.user_id or str(row.number), "label": row.name, "name": row.name, "state": state, "words": words}


def _change(row: PlannedRow | AppliedRow, people: Mapping[str, User]) -> str:
    """Of one field "Sales → Finance"; of several each with its name."""
    pairs = [(name, row.before.get(name), value) for name, value in row.after.items()][:MOST_FIELDS]
    if not row.before and pairs:
        return " · ".join(f"{_label(name)} {word(name, after, people)}" for name, _, after in pairs)
    told = [(name, f"{word(name, old, people)} → {word(name, new, people)}") for name, old, new in pairs]
    return told[0][1] if len(told) == 1 else " · ".join(f"{_label(name)}: {words}" for name, words in told)


def _reasons(reasons: Mapping[str, str]) -> str:
    return " ".join(f"{_label(to_snake(field))}: {words}" if field else words for field, words in reasons.items())


def _label(field: str) -> str:
    return LABELS.get(field, field.replace("_", " ").capitalize())


def _named(actor: Actor, rows: Iterable[PlannedRow | AppliedRow]) -> dict[str, User]:
    """The managers in the rows, by id."""
    ids = {side["manager_id"] for row in rows for side in (row.before, row.after) if side.get("manager_id")}
    return bootstrap.get_services().directory.names(actor, ids)
