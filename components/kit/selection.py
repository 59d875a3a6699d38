"""The people ticked on Users, over all pages, or all who match; and the bar that takes the place of the count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from components.kit.formatting import count
from components.kit.markdown import plain
from components.kit.markup import tag
from components.kit.table import ticked, touched, untick
from components.session import current_actor
from data.core.errors import Conflict
from data.services import get_services
from data.users.filters import Sought

TABLE: Final = "users_table"
EVERY: Final = "users/every"  # what is sought, while all who match are selected
NOT_LOADED: Final = "People are still being loaded. Wait until all are, or select them one by one."
Acts = Iterable[tuple[str, str, Callable[[], None]]]  # key, label, callback


@dataclass(frozen=True, slots=True)
class Selection:
    """Those who are ticked; or with `every` all who match `sought`, of whom there are `total`."""

    ids: tuple[str, ...]
    sought: Sought
    total: int
    every: bool

    @property
    def size(self) -> int:
        return self.total if self.every else len(self.ids)

    def frozen(self) -> tuple[str, ...]:
        """The ids as they are now, whatever is ticked or comes to match later. Raises Conflict, as the directory."""
        if not self.every:
            return self.ids
        found = get_services().directory.matching(current_actor(), self.sought)
        if found is None:
            raise Conflict(NOT_LOADED)
        return found


def of(sought: Sought, total: int | None) -> Selection:
    """What is selected in this run. `total`: how many match, None until that is known.

    All who match are selected until another filter is chosen, or a row is unticked: then it is this page without it.
    """
    scope = replace(sought, sort="")
    if EVERY in st.session_state and (st.session_state[EVERY] != scope or touched(TABLE) or total is None):
        del st.session_state[EVERY]
    return Selection(ticked(TABLE), scope, total or 0, EVERY in st.session_state)


def bar(selection: Selection, acts: Acts) -> None:
    """How many are selected, all who match at a click, none at another; and what can be done with them."""
    with st.container(key="selbar", horizontal=True, vertical_alignment="center", gap=8):
        st.html(tag("b", f"{count(selection.size)} selected", class_="picked", role="status"), width="content")
        if not selection.every and selection.size < selection.total:
            label = f"Select all {count(selection.total)} matching"
            st.button(plain(label), type="tertiary", key="select_every", on_click=_every, args=(selection.sought,))
        st.button("Clear", type="tertiary", key="select_none", on_click=clear)
        st.space("stretch")
        for key, label, act in acts:
            st.button(plain(label), key=key, on_click=act)


def clear() -> None:
    """Select nobody. A callback."""
    st.session_state.pop(EVERY, None)
    untick(TABLE)


def _every(sought: Sought) -> None:
    untick(TABLE)
    st.session_state[EVERY] = sought
