"""The table for everything one acts on: each row a link, with selection, sorting and keys.

The browser gets texts only and puts them in by textContent. What it sends back is a claim: check each id again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import streamlit as st
from pydantic import Field, StringConstraints

from components.kit import formatting
from components.kit.browser_component import BrowserValues, PlainText, RecordId, browser_component
from components.kit.values import Code, Link, Person, State, Time
from data.core.clock import SystemClock

CellKind = Literal["text", "mute", "code", "state", "time", "person", "link"]

MOST_TICKED: Final = 100_000  # the most rows of a bulk change


class Ticks(BrowserValues):
    """The rows that are ticked, and the revision of the selection that they belong to."""

    revision: Annotated[PlainText, StringConstraints(max_length=100)]
    ids: Annotated[list[RecordId], Field(max_length=MOST_TICKED)]


class TableValues(BrowserValues):
    """What the component sends."""

    opened: RecordId | None = None
    selected: Ticks | None = None
    sort: Annotated[PlainText, StringConstraints(max_length=100, pattern=r"^-?\w+$")] | None = None


_table: Final = browser_component(
    "operations_table", TableValues, "js/dom.js", "js/cells.js", "js/step.js", "js/table.js", root="tblroot"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `wide` ones vanish on a phone; `numeric` ones stand right; `width` is CSS ("12%", "104px")."""

    key: str
    label: str
    kind: CellKind = "text"
    sort: bool = False
    width: str | None = None
    numeric: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class TableEvent:
    """What was done: the row opened just now, the rows that are ticked, the sorting asked for just now."""

    opened: str | None
    selected: tuple[str, ...]
    sort: str | None


def table(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    caption: str,
    selected: Sequence[str] = (),
    revision: int = 0,
    pick: bool = False,
    all_on: bool = False,
    sort: str | None = None,
    href: str | None = None,
    compact: bool = False,
    sort_param: str | None = None,
    page: int = 1,
) -> TableEvent:
    """Draw `rows`, each {"id": …, column key: value}, and say what was done with them.

    A value is text, or State, Time (or a datetime), Person, Link, Code; None is a dash. "label" names the row to
    those who cannot see it; the first column does so otherwise. `href` + the quoted id is the row's address.
    The ticks are the browser's, remembered over pages; `selected` replaces them when `revision` changes, and
    `untick` clears them. `sort` is the present order, a column's key, with "-" in front for descending. With
    `sort_param` a new order is written into that parameter of the address before the run, so that the page only
    reads `filters.order`. A `compact` table has no sticking head. Another `page` is shown from its top.
    """
    data = {
        "columns": [{name: getattr(column, name) for name in Column.__slots__} for column in columns],
        "rows": [_row(columns, row) for row in rows],
        "caption": caption,
        "selected": list(selected),
        "revision": _revision(key, revision),
        "pick": pick,
        "every": all_on,
        "sort": sort,
        "href": href,
        "compact": compact,
        "page": page,
    }
    result = _table(
        key=key,
        data=json.dumps(data).encode(),  # what it is given as data it would write out twice
        sort=lambda: _into_address(key, sort_param),
    )
    return TableEvent(result.opened, ticked(key, revision, selected), result.sort)


def ticked(key: str, revision: int = 0, selected: Sequence[str] = ()) -> tuple[str, ...]:
    """The rows ticked in this table, for what is drawn above it in the same run.

    What the browser ticked under an earlier revision does not count; then it is `selected`.
    """
    ticks = _ticks(key, revision)
    return tuple(ticks.ids) if ticks else tuple(selected)


def touched(key: str, revision: int = 0) -> bool:
    """Whether anything was ticked or unticked since the last `untick`."""
    return _ticks(key, revision) is not None


def untick(key: str) -> None:
    """Clear the ticks of this table. To be called in a callback."""
    st.session_state[f"{key}/unticked"] = st.session_state.get(f"{key}/unticked", 0) + 1


def _revision(key: str, revision: int) -> str:
    return f"{revision}.{st.session_state.get(f'{key}/unticked', 0)}"


def _ticks(key: str, revision: int) -> Ticks | None:
    ticks = _table.values(key).selected
    return ticks if ticks and ticks.revision == _revision(key, revision) else None


def _into_address(key: str, parameter: str | None) -> None:
    order = _table.values(key).sort
    if parameter and order:
        st.query_params[parameter] = order


def _row(columns: Sequence[Column], row: Mapping[str, Any]) -> dict[str, Any]:
    cells = {column.key: _cell(column.kind, row.get(column.key)) for column in columns}
    return {"id": row["id"], "label": row.get("label") or _words(row.get(columns[0].key)) or row["id"], "cells": cells}


def _words(value: object) -> str:
    match value:
        case Person(name=words) | State(word=words) | Link(text=words) | Code(text=words):
            return words
        case _:
            return str(value or "")


def _cell(kind: CellKind, value: object) -> object:
    """The value as the column's kind wants it; plain text is taken for what the column holds."""
    if value is None or value == "":
        return None
    match kind:
        case "state":
            return {"word": _words(value), "kind": value.kind if isinstance(value, State) else "idle"}
        case "time":
            return _time(value)
        case "person":
            return _person(value if isinstance(value, Person) else Person(_words(value)))
        case "link":
            return {"name": _words(value), "line": value.line if isinstance(value, Link) else ""}
        case _:
            return _words(value)


def _person(value: Person) -> dict[str, Any]:
    return {
        "name": value.name,
        "line": value.line,
        "initials": formatting.initials(value.name),
        "picture": value.picture_url,
    }


def _time(value: object) -> dict[str, str]:
    moment = value.moment if isinstance(value, Time) else value
    if not isinstance(moment, datetime):
        return {"ago": _words(value), "absolute": "", "iso": ""}
    words = formatting.ago(moment, SystemClock().now(), bare=True)
    return {"ago": words, "absolute": formatting.absolute(moment), "iso": moment.isoformat()}
