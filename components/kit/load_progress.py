"""How far a projection is loaded; when all of it is, the page is drawn again."""

from collections.abc import Callable, Iterator
from typing import Final

import streamlit as st

from components.kit import elements, feedback
from components.kit.formatting import count
from components.session import current_actor
from data.core.permissions import Actor
from data.storage.pagination import Progress

SEARCHING: Final = "loaded for search, searching what is there."


def load_progress(progress: Callable[[Actor], Progress], meanwhile: str = SEARCHING) -> None:
    """Draw a line that updates itself, for a page that does not show all records yet; `meanwhile`: what that means."""
    _follow(iter([True]), progress, meanwhile)


@st.fragment(run_every=1)
def _follow(with_page: Iterator[bool], read: Callable[[Actor], Progress], meanwhile: str) -> None:
    """`with_page` yields True once, with the page itself, which must not be drawn again at that moment."""
    fresh = next(with_page, False)
    with feedback.explained():
        progress = read(current_actor())
        if progress.complete and not fresh:
            st.rerun()
        of = f" of about {count(progress.of)}" if progress.of else ""
        elements.said(f"{count(progress.loaded)}{of} {meanwhile}")
