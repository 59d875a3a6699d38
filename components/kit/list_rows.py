"""One line for each way in: what it is, where and when it was used, and the button that ends it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from components.kit import markup
from components.kit.markdown import plain
from components.kit.markup import Html, joined, tag
from components.kit.values import State


@contextmanager
def row(key: str, icon: str, title: str, line: Sequence[str | Html]) -> Iterator[None]:
    """A row; the block draws what stands at its right. `line` are the pieces of its second line."""
    pieces = joined(*(joined(" · " if i else None, piece) for i, piece in enumerate(line)))
    words = tag("div", tag("b", title), tag("small", pieces))
    with st.container(key=f"row_{key}", horizontal=True, vertical_alignment="center", gap=8):
        st.html(tag("div", markup.icon(icon), words, class_="person"), width="stretch")
        yield


def mark(state: State) -> None:
    """Stands where other rows have their button."""
    st.html(markup.state(state), width="content")


def end_button(word: str, what: str, key: str, on_click: Callable[..., None], *args: Any) -> None:
    """The red button of a row; `what` says which row to those who only hear it."""
    st.button(plain(word), key=f"danger_{key}", help=plain(f"{word.rstrip('…')}: {what}"), on_click=on_click, args=args)
