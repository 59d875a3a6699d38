"""The launcher of the gallery: every part of the look on made-up data, to be looked at and driven by tests."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from data.config.settings import load
from data.core.errors import RateLimited
from data.web import sign_in

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SETTINGS = load({})


async def page(request: Request) -> Response:
    """A page of the sign-in routes; with `wait`, as it is shown after too many tries."""
    wait = int(request.query_params.get("wait", "0"))
    error = RateLimited("Too many tries from here. Wait before the next one.", wait) if wait else None
    return sign_in.page(request.path_params["name"], SETTINGS, error=error)


async def set_password(request: Request) -> Response:
    """Refuses the password "wrong password", takes any other."""
    sent = await request.json()
    if sent["password"] == "wrong password":
        error = {
            "code": "invalid_input",
            "message": "Some fields need attention.",
            "fields": {"password": "Choose another."},
        }
        return JSONResponse({"error": error}, 422)
    return JSONResponse({"token": sent["token"]})


async def picture(request: Request) -> Response:
    """Refuses WebP, takes any other picture."""
    if request.method == "POST" and (await request.json())["contentType"] == "image/webp":
        return JSONResponse({"error": {"code": "invalid_input", "message": "This picture is damaged."}}, 422)
    return JSONResponse({})


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Freeze what lives long, as the dashboard does."""
    gc.collect()
    gc.freeze()
    yield


app = st.App(
    HERE / "shell.py",
    lifespan=lifespan,
    routes=[
        Route("/routes/{name}", page),
        Route("/set-password", set_password, methods=["POST"]),
        Route("/api/settings/profile-picture", picture, methods=["POST", "DELETE"]),
        Mount("/assets", StaticFiles(directory=ROOT / "components" / "assets")),
    ],
)
