"""The launcher: one process, one port, everything behind the gate.   streamlit run dashboard.py"""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import streamlit as st
from starlette.middleware import Middleware

import components
from components.frame.navigation import addresses
from components.frame.streamlit_log import own_streamlit_log
from components.frame.theme_cache import compose_once
from components.frame.unhandled_errors import surprised
from components.frame.websocket_frames import WebsocketFrames
from components.frame.widget_values import refuse_unreadable
from data.runtime.launcher import launch
from data.web.gate import Gate
from data.web.not_found import UnknownPage
from data.web.routes import routes


def warm() -> None:
    """Import what pages import, so that no visitor waits for it and no garbage collection walks it.

    pandas and plotly are imported here once a component imports them, and not before.
    """
    for found in walk_packages(components.__path__, "components."):
        if found.name != "components.frame.shell":  # the frame is run for each visitor
            import_module(found.name)
    compose_once()


here = launch(st.get_option("server.port"), warm)
own_streamlit_log()
refuse_unreadable()
app = st.App(
    Path(components.__path__[0]) / "frame" / "shell.py",
    lifespan=here.lifespan,
    routes=routes(here.services, here.platform),
    middleware=[
        Middleware(Gate, services=here.services, platform=here.platform),
        Middleware(UnknownPage, pages=addresses()),
        Middleware(WebsocketFrames),
    ],
    on_script_error=surprised,
)
