"""Links of the parts stay in this session. A plain link starts a new one, which takes three times as long to paint."""

from collections.abc import Iterable
from typing import Annotated, Final
from urllib.parse import parse_qs

import streamlit as st
from pydantic import StringConstraints
from streamlit.navigation.page import StreamlitPage

from components.kit.browser_component import BrowserValues, PlainText, browser_component

LONGEST_QUERY: Final = 8_000  # characters


class Followed(BrowserValues):
    """The link that was clicked: the page's path and its query string."""

    page: Annotated[PlainText, StringConstraints(max_length=100)]
    query: Annotated[PlainText, StringConstraints(max_length=LONGEST_QUERY)] = ""


class LinkValues(BrowserValues):
    """What the component sends."""

    followed: Followed | None = None


_links: Final = browser_component(
    "operations_links", LinkValues, "js/step.js", "js/theme_kept.js", "js/menu.js", "js/links.js", root="linkroot"
)


def follow(pages: Iterable[StreamlitPage]) -> None:
    """Go where a link was clicked that leads to one of `pages`. For the frame: once per run, before the page.

    The links stay links: another tab, copying the address and a browser without this script work as ever.
    """
    known = {page.url_path: page for page in pages}
    clicked = _links(key="links", data={"pages": sorted(known)}).followed
    if clicked and clicked.page in known:
        st.switch_page(known[clicked.page], query_params=parse_qs(clicked.query))
