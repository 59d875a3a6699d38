"""The frame: menu, who is signed in, the page, and what the page cost. Streamlit runs this file on every click."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.frame import command_palette, links, navigation, styles, widget_cleanup
from components.frame.page_cost import show_bill
from components.kit import elements, feedback
from components.kit.markup import tag
from components.session import current_actor, run_of
from components.users.fields import display_name
from data.aws.metering import open_bill
from data.core.errors import AppError, Unavailable
from data.core.permissions import Actor
from data.services import get_services
from data.storage.projection import one_view

LAST: Final = "shell/last_actor"
MARK: Final = str(Path(__file__).parents[1] / "assets" / "mark.svg")


@one_view()
def frame() -> None:
    began = time.monotonic()
    st.set_page_config(layout="wide", initial_sidebar_state=232, page_icon=MARK, page_title="Operations")
    styles.apply()
    bill = open_bill()
    try:
        actor = current_actor()
    except AppError as error:
        _show_failure(error)
        st.stop()
    st.session_state[LAST] = actor
    page = _menu(actor, signed_in_as)
    with run_of(actor):
        page.run()
    feedback.show_success(began)
    show_bill(bill, actor)
    widget_cleanup.forget()


def _menu(actor: Actor, account: Callable[[Actor], None]) -> StreamlitPage:
    """Draw what surrounds a page for `actor`, and return the page that the address names."""
    st.logo(MARK, size="small")
    menu = navigation.open_to(actor)
    page = st.navigation(menu, expanded=True)
    st.set_page_config(page_title=f"{page.title} · Operations")
    with st.sidebar:
        command_palette.offer(actor)
        account(actor)
    links.follow(page for section in menu.values() for page in section)
    return page


def _show_failure(error: AppError) -> None:
    """Show why there is no page. While the data store is down, the menu of the last run stays; it grants nothing."""
    last = st.session_state.get(LAST)
    if isinstance(error, Unavailable) and isinstance(last, Actor):
        elements.header(_menu(last, _account).title)
    feedback.show(error)


def signed_in_as(actor: Actor) -> None:
    """The person, a way to their settings, and the way out: a form, because only a route can end the cookie."""
    services = get_services()
    own = None
    with suppress(AppError):  # initials do as well
        own = services.directory.names(actor, [actor.user_id]).get(actor.user_id)
    _account(actor, display_name(own) if own else "", services.pictures.small_url(own) if own else None)


def _account(actor: Actor, name: str = "", picture_url: str | None = None) -> None:
    """Draw the account without a look at the store, which would make a failure take twice as long."""
    with st.container(key="me", horizontal=True, vertical_alignment="center", gap=8):
        elements.person(name or actor.name, actor.role.capitalize(), picture_url)
        button = tag("button", "Sign out", type="submit", class_="signout")
        st.html(tag("form", button, method="post", action="/sign-out"), width="content")


frame()
