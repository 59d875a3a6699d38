"""The jump box: to any page, or to a person by name, from wherever one is. `/` or Ctrl-K opens it.

The browser draws it and finds pages by itself. For people it asks, and only the fragment runs again; while the box is
shut nobody is asked anything.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import streamlit as st
from pydantic import StringConstraints

from components.frame import navigation
from components.kit.browser_component import BrowserValues, PlainText, RecordId, browser_component
from components.kit.formatting import count, initials, plural
from components.session import current_actor
from components.users.fields import display_name
from data.core.errors import AppError, NotSignedIn
from data.core.permissions import Actor, Permission, may
from data.services import get_services
from data.storage.pagination import RecordPage
from data.users.filters import UserFilter
from data.users.models import Status, User

KEY: Final = "jump"
ASKED: Final = "jump/asked"
MOST_PEOPLE: Final = 8
LONGEST: Final = 100  # characters of what is looked for
Data = Mapping[str, Any]


class Chosen(BrowserValues):
    """The entry that was chosen: a page's file, or a user's ID."""

    page: Annotated[PlainText, StringConstraints(max_length=100)] | None = None
    person: RecordId | None = None


class JumpValues(BrowserValues):
    """What the component sends."""

    asked: Annotated[PlainText, StringConstraints(max_length=10_000)] | None = None  # `_note` cuts it to LONGEST
    chosen: Chosen | None = None


_jump: Final = browser_component(
    "operations_jump",
    JumpValues,
    "js/dom.js",
    "js/step.js",
    "js/menu.js",
    "js/jump_list.js",
    "js/jump.js",
    root="jumproot",
)


def offer(actor: Actor) -> None:
    """The button that opens the box, and the box. For the frame: once per run, in the menu."""
    pages = [
        {"page": screen.file, "title": screen.title, "icon": screen.icon, "section": section}
        for section, screen in navigation.listed(actor)
    ]
    _box(pages, people=may(actor, Permission.LIST_USERS))


@st.fragment
def _box(pages: Sequence[Data], *, people: bool) -> None:
    """`pages`, `people`: what there is to look among, as of the last run of the whole page."""
    asked = st.session_state.pop(ASKED, None)
    data = {"pages": pages, "looks": people, **({} if asked is None else _answer(asked))}
    _go(_jump(key=KEY, data=data, asked=_note).chosen)


def _note() -> None:
    """Keep what was asked for the run that follows; the box is drawn with the answer to it."""
    if asked := (_jump.values(KEY).asked or "").strip():
        st.session_state[ASKED] = asked[:LONGEST]


def _answer(asked: str) -> Data:
    """The people called so, and what there is to say of the search."""
    try:
        actor = current_actor()
        if not may(actor, Permission.LIST_USERS):
            return {"asked": asked, "people": [], "note": ""}
        found = get_services().directory.search(actor, UserFilter(text=asked), sort="name", size=MOST_PEOPLE)
        people = [_person(user) for user in found.items]
    except NotSignedIn:
        st.rerun()  # the frame says so, with the way to sign in
    except AppError as error:
        return {"asked": asked, "people": [], "note": str(error), "failed": True}
    return {"asked": asked, "people": people, "note": _said(found), "again": not found.complete}


def _person(user: User) -> Data:
    known = user.email or user.username
    return {
        "id": user.user_id,
        "name": display_name(user),
        "line": known if user.status is Status.ACTIVE else f"{known} · inactive",
        "initials": initials(user.name),
        "picture": get_services().pictures.small_url(user),
    }


def _said(found: RecordPage[User]) -> str:
    if not found.complete:
        of = f" of about {count(found.expected_total)}" if found.expected_total else ""
        return f"{count(found.loaded)}{of} people are loaded so far, and looked among."
    if found.stale:
        return "The data store does not answer. These are the last known values."
    if found.total and found.total > len(found.items):
        return f"The first {len(found.items)} of {count(found.total)} people. Type more of the name."
    return plural(found.total, "person", "people") if found.total else ""


def _go(chosen: Chosen | None) -> None:
    """Open what was chosen. The page must exist; the page that opens identifies and authorises the user again."""
    if chosen and chosen.person:
        st.switch_page(navigation.path_of("user"), query_params={"id": chosen.person})
    if chosen and chosen.page in navigation.files():
        st.switch_page(navigation.path_of(chosen.page))
