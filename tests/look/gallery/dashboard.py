"""The launcher of the gallery: every part of the look on made-up data, to be looked at and driven by tests."""

from pathlib import Path

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
ASSETS = HERE.parents[2] / "components" / "assets"

app = st.App(HERE / "shell.py", routes=[Mount("/assets", StaticFiles(directory=ASSETS))])
