"""The only CSS of the pages: what .streamlit/config.toml cannot say. The rules are in components/assets/css/."""

from typing import Final

import streamlit as st

from components.sources import source

PARTS: Final = ("tokens", "frame", "controls", "words", "table", "lists", "forms", "phone")  # later ones win
SHEET: Final = source(*(f"css/{name}.css" for name in PARTS))


def apply() -> None:
    """Put the look on this page; once per run, before anything is drawn.

    Dialogs and menus hang outside the app element, so the root gets the colour scheme too.
    """
    st.html(f"<style>{SHEET}\n:root {{ color-scheme: {scheme()}; }}</style>")


def scheme() -> str:
    """`light` or `dark`, as this browser shows the page now; light until it has told us."""
    return "dark" if st.context.theme.type == "dark" else "light"
