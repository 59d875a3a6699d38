"""Lists that are read page by page: how many pages are shown, and a button for more.

The number of pages belongs to the tab; cursors never leave the server. Every page but the last comes from the read
cache, so one more page costs one read.
"""

from collections.abc import Hashable

import streamlit as st

from components.kit.markdown import plain


def pages_asked(key: str, scope: Hashable) -> int:
    """Return how many pages to read; one again if `scope`, what the list is of, changes."""
    if st.session_state.get(f"{key}/filters") != scope:
        st.session_state[f"{key}/filters"], st.session_state[_pages(key)] = scope, 1
    return int(st.session_state[_pages(key)])


def more_button(key: str, size: int) -> None:
    """At the foot of a list that goes on."""
    with st.container(key=f"pager_{key}", horizontal=True, horizontal_alignment="center"):
        st.button(plain(f"Load {size} more"), key=f"more_{key}", on_click=_one_more, args=(key,))


def _one_more(key: str) -> None:
    st.session_state[_pages(key)] = st.session_state.get(_pages(key), 1) + 1


def _pages(key: str) -> str:
    return f"{key}/pages"
