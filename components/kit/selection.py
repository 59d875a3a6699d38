"""The rows selected in a list, over all pages, or all that match; and the bar that takes the place of the count."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.kit.formatting import count
from components.kit.markdown import plain
from components.kit.markup import tag
from components.kit.table import ticked, touched, untick
from data.core.errors import Conflict

NOT_LOADED: Final = "People are still being loaded. Wait until all are, or select them one by one."
Acts = Iterable[tuple[str, str, Callable[[], None]]]  # key, label, callback


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows that are ticked in the list `key`; with `every` all that match its filter, `total` in number."""

    key: str
    ids: tuple[str, ...]
    total: int
    every: bool
    resolve: Callable[[], tuple[str, ...] | None]

    @property
    def size(self) -> int:
        return self.total if self.every else len(self.ids)

    def frozen(self) -> tuple[str, ...]:
        """Return the IDs as they are now, whatever is ticked or matches later. Raises Conflict, and as `resolve`."""
        found = self.resolve() if self.every else self.ids
        if found is None:
            raise Conflict(NOT_LOADED)
        return found


def of(key: str, scope: Hashable, total: int | None, resolve: Callable[[], tuple[str, ...] | None]) -> Selection:
    """Return what is selected in this run. `total`: how many match, None until that is known.

    `scope` is the filter; `resolve` returns the IDs that match it, None until all records are loaded. All that match
    stay selected until `scope` changes, or a row is unticked: then the rows of this page without it are selected.
    """
    every = st.session_state.get(_every(key))
    if every is not None and (every != scope or touched(table_of(key)) or total is None):
        del st.session_state[_every(key)]
    return Selection(key, ticked(table_of(key)), total or 0, _every(key) in st.session_state, resolve)


def bar(selection: Selection, scope: Hashable, acts: Acts) -> None:
    """How many rows are selected, all that match at a click, none at another; and what can be done with them."""
    key = selection.key
    with st.container(key="selbar", horizontal=True, vertical_alignment="center", gap=8):
        st.html(tag("b", f"{count(selection.size)} selected", class_="picked", role="status"), width="content")
        if not selection.every and selection.size < selection.total:
            label = f"Select all {count(selection.total)} matching"
            st.button(plain(label), type="tertiary", key="select_every", on_click=_select_every, args=(key, scope))
        st.button("Clear", type="tertiary", key="select_none", on_click=clear, args=(key,))
        st.space("stretch")
        for name, label, act in acts:
            st.button(plain(label), key=name, on_click=act)


def clear(key: str) -> None:
    """Select no row. A callback."""
    st.session_state.pop(_every(key), None)
    untick(table_of(key))


def table_of(key: str) -> str:
    """Return the key of the table of the list `key`."""
    return f"{key}_table"


def _select_every(key: str, scope: Hashable) -> None:
    untick(table_of(key))
    st.session_state[_every(key)] = scope


def _every(key: str) -> str:
    return f"{key}/every"
