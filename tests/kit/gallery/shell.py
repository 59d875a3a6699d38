"""The frame of the gallery."""

import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402 - the path comes first

from components.frame import links, styles  # noqa: E402
from components.kit import elements, feedback  # noqa: E402

MARK = str(ROOT / "components" / "assets" / "mark.svg")
st.set_page_config(layout="wide", initial_sidebar_state=232, page_icon=MARK)
styles.apply()
SECTIONS = {
    "Overview": [("home", "Home", "home"), ("states", "States", "error")],
    "People": [("people", "Users", "person"), ("person", "User", "badge")],
    "System": [
        ("settings", "Settings", "tune"),
        ("conflict", "Conflict", "call_split"),
        ("names", "Names", "badge"),
    ],
}
pages = {
    section: [
        st.Page(HERE / "screens" / f"{file}.py", title=title, icon=f":material/{icon}:", default=file == "home")
        for file, title, icon in entries
    ]
    for section, entries in SECTIONS.items()
}
st.logo(MARK, size="small")
current = st.navigation(pages, expanded=True)
with st.sidebar, st.container(key="me", horizontal=True, vertical_alignment="center", wrap=False, gap=8):
    elements.person("Ines Moreau", "Admin · Northwind")
links.follow(page for section in pages.values() for page in section)
feedback.show_success(time.monotonic())
current.run()
elements.cost("3 reads · 2.0 RCU · 21 ms · 2 cached", [("users", "query OrgIndex", "2.0 RCU", "19 ms")])
