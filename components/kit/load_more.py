"""Lists that are read page by page: what is loaded so far, and a button for more.

How many pages are loaded is the tab's own; cursors never leave the server. Every page but the last comes from the
read cache, so going on costs one read.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from components.kit.markdown import plain
from data.core.models import Unreadable
from data.storage.pagination import Page

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """The rows so far; whether there are more; how many were looked at; the ones that could not be read."""

    items: tuple[T, ...]
    more: bool
    examined: int
    unreadable: tuple[Unreadable, ...]


def load(key: str, filters: Hashable, fetch: Callable[[str | None], Page[T]]) -> Loaded[T]:
    """As many pages as were asked for; one again when `filters` change. `fetch` reads the page at a cursor."""
    if st.session_state.get(f"{key}/filters") != filters:
        st.session_state[f"{key}/filters"], st.session_state[_pages(key)] = filters, 1
    items: list[T] = []
    unreadable: list[Unreadable] = []
    examined, cursor = 0, None
    for _ in range(st.session_state[_pages(key)]):
        page = fetch(cursor)
        items += page.items
        unreadable += page.unreadable
        examined, cursor = examined + page.examined, page.next_cursor
        if cursor is None:
            break
    return Loaded(tuple(items), cursor is not None, examined, tuple(unreadable))


def more_button(key: str, size: int) -> None:
    """At the foot of a list that goes on."""
    with st.container(key=f"pager_{key}", horizontal=True, horizontal_alignment="center"):
        st.button(plain(f"Load {size} more"), key=f"more_{key}", on_click=_one_more, args=(key,))


def _one_more(key: str) -> None:
    st.session_state[_pages(key)] = st.session_state.get(_pages(key), 1) + 1


def _pages(key: str) -> str:
    return f"{key}/pages"
