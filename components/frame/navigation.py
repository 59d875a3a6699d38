"""Which page stands where in the menu, and what it takes to see it.

A page is in the menu when it works, not before. The list is made anew for each run, from who is signed in; it is
a courtesy, the guard at the head of each page is the control.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.core.permissions import Actor, Permission, may

PAGES: Final = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True, slots=True)
class Screen:
    """One file of `pages/`. Its address is the file's name; hidden ones are reached by links."""

    file: str
    title: str
    icon: str
    requires: Permission
    visibility: Literal["visible", "hidden"] = "visible"


MENU: Final[Mapping[str, tuple[Screen, ...]]] = {
    "Overview": (Screen("home", "Home", "home", Permission.OPEN_HOME),),
    "People": (
        Screen("users", "Users", "person", Permission.LIST_USERS),
        Screen("user", "Person", "person", Permission.READ_USERS, "hidden"),
        Screen("batch", "Batch", "done_all", Permission.LIST_USERS, "hidden"),
        Screen("import", "Import", "upload_file", Permission.CREATE_USERS, "hidden"),
    ),
    "System": (
        Screen("audit", "Audit", "receipt_long", Permission.READ_AUDIT),
        Screen("settings", "Settings", "tune", Permission.OWN_SETTINGS),
        Screen("health", "Health", "vital_signs", Permission.READ_HEALTH),
    ),
}


def open_to(actor: Actor) -> dict[str, list[StreamlitPage]]:
    """The sections and pages for `actor`. What they may not see is not in the menu, but has its address still:
    whoever follows a link there reads why it is shut, from the page's own guard, and not that it is absent.
    """
    return {
        section: [_page(screen, shown=may(actor, screen.requires)) for screen in screens]
        for section, screens in MENU.items()
    }


def listed(actor: Actor) -> Iterator[tuple[str, Screen]]:
    """What the menu shows to `actor`: each page with its section."""
    for section, screens in MENU.items():
        for screen in screens:
            if screen.visibility == "visible" and may(actor, screen.requires):
                yield section, screen


def files() -> frozenset[str]:
    """The names of all pages, as `path_of` takes them."""
    return frozenset(screen.file for screens in MENU.values() for screen in screens)


def addresses() -> frozenset[str]:
    """Every path that is a page's. Home is at the root alone."""
    return frozenset({"/"} | {f"/{file}" for file in files()} - {"/home"})


def path_of(file: str) -> Path:
    """For `st.switch_page`."""
    return PAGES / f"{file}.py"


def _page(screen: Screen, *, shown: bool) -> StreamlitPage:
    """One of this run's own: Streamlit notes in it that it may run."""
    return copy(_made(screen, shown=shown))


@cache
def _made(screen: Screen, *, shown: bool) -> StreamlitPage:
    """Made once: Streamlit looks each of its files up, link by link, which took a tenth of an empty page."""
    return st.Page(
        path_of(screen.file),
        title=screen.title,
        icon=f":material/{screen.icon}:",
        url_path=screen.file,
        default=screen.file == "home",
        visibility=screen.visibility if shown else "hidden",
    )
