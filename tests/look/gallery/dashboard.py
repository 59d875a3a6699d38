"""The launcher of the gallery: every part of the look on made-up data, to be looked at and driven by tests."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from string import Template

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAGES = ROOT / "data" / "web" / "pages"
PROBLEMS = {
    "error": "This e-mail or username and this password do not fit. Check both and try again.",
    "limited": "Too many tries from here. Wait before the next one.",
}


async def page(request: Request) -> Response:
    """A page of the sign-in routes, in the state that `state` names."""
    state = request.query_params.get("state", "")
    filled = Template((PAGES / request.path_params["name"]).read_text(encoding="utf-8")).substitute(
        next="/",
        problem_class=state,
        problem=PROBLEMS.get(state, ""),
        organisation="Northwind",
        identifier="maya.okafor@northwind.example" if state else "",
        wait_seconds="60" if state == "limited" else "0",
        company_account="",
    )
    return HTMLResponse(filled)


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
