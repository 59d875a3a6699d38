"""How far the people of an organisation are loaded; when all are, the page is drawn anew."""

import streamlit as st

from components import feedback, parts
from components.formatting import count
from components.session import current_actor
from data import bootstrap


@st.fragment(run_every=1)
def loading_people() -> None:
    """A line that keeps itself up to date. To be drawn while people are not all loaded."""
    with feedback.explained():
        progress = bootstrap.get_services().directory.progress(current_actor())
        if progress.complete:
            st.rerun()
        of = f" of about {count(progress.of)}" if progress.of else ""
        parts.said(f"{count(progress.loaded)}{of} loaded for search, searching what is there.")
