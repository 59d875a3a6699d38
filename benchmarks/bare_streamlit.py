"""An empty Streamlit page on a server tuned as ours: everything imported, frozen, no collection after a rerun."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    import pandas  # noqa: F401, ICN001, PLC0415
    import plotly.graph_objects  # noqa: F401, PLC0415

    gc.collect()
    gc.freeze()
    yield


app = st.App("pages/bare.py", lifespan=lifespan)
