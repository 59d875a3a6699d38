"""How far the people of an organisation are loaded; when all are, the page is drawn anew."""

from collections.abc import Iterator
from typing import Final

import streamlit as st

from components.kit import elements, feedback
from components.kit.formatting import count
from components.session import current_actor
from data.runtime import wiring

SEARCHING: Final = "loaded for search, searching what is there."


def loading_people(meanwhile: str = SEARCHING) -> None:
    """A line that keeps itself up to date, for a page that does not show them all yet; `meanwhile`: what that means."""
    _follow(iter([True]), meanwhile)


@st.fragment(run_every=1)
def _follow(with_page: Iterator[bool], meanwhile: str) -> None:
    """`with_page` is spent by the first drawing: a page that has just been drawn is not drawn anew at once."""
    fresh = next(with_page, False)
    with feedback.explained():
        progress = wiring.get_services().directory.progress(current_actor())
        if progress.complete and not fresh:
            st.rerun()
        of = f" of about {count(progress.of)}" if progress.of else ""
        elements.said(f"{count(progress.loaded)}{of} {meanwhile}")
