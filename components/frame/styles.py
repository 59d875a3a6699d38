"""The only CSS of the pages: what .streamlit/config.toml cannot say. The rules are in components/assets/css/.

Pages name the sheets and do not carry them: 25 KB in each run would cost a tenth of an empty page. The gate tells
browsers to fetch them with the page (`data/web/assets.py`), so they are there before the first element is.
"""

from typing import Final

import streamlit as st

# Later ones win.
PARTS: Final = (
    *("tokens", "frame", "controls", "words", "table", "figures", "records", "plans"),
    *("forms", "combo", "choosers", "jump", "phone"),
)
SHEETS: Final = "".join(f'@import url("/assets/css/{name}.css");' for name in PARTS)


def apply() -> None:
    """Put the look on this page; once per run, before anything is drawn.

    Dialogs and menus hang outside the app element, so the root gets the colour scheme too.
    """
    st.html(f"<style>{SHEETS}:root {{ color-scheme: {scheme()}; }}</style>")


def scheme() -> str:
    """`light` or `dark`, as this browser shows the page now; light until it has told us."""
    return "dark" if st.context.theme.type == "dark" else "light"
