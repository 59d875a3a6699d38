"""Links of the parts stay in this session. A plain link starts a new one, which takes three times as long to paint."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.sources import source

_links: Final = st.components.v2.component(
    "operations_links",
    html='<div class="linkroot"></div>',
    js=source("js/step.js", "js/theme_kept.js", "js/links.js"),
    isolate_styles=False,
)


def follow(pages: Iterable[StreamlitPage]) -> None:
    """Go where a link was clicked that leads to one of `pages`. For the frame: once per run, before the page.

    The links stay links: another tab, copying the address and a browser without this script work as ever.
    """
    known = {page.url_path: page for page in pages}
    clicked: Any = _links(key="links", data={"pages": sorted(known)}, on_followed_change=_nothing).followed
    if isinstance(clicked, Mapping) and clicked.get("page") in known:
        st.switch_page(known[clicked["page"]], query_params=parse_qs(str(clicked.get("query", ""))))


def _nothing() -> None:
    """A component keeps the values of those events only that somebody listens to."""
