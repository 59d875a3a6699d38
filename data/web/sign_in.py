"""Sign-in and sign-out: ordinary routes, because a Streamlit page cannot set a cookie."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from data.bootstrap import Services
from data.config import Settings
from data.errors import AppError, InvalidInput, RateLimited
from data.sessions.models import Opened
from data.web import cookies
from data.web.address import client_address
from data.web.paths import ours
from data.web.slowly import slowly

PAGES: Final = Path(__file__).parent / "pages"
EMPTY: Final = "Type your e-mail or username, and your password."


def routes(services: Services) -> list[Route]:
    settings, sessions = services.settings, services.sessions

    async def show(request: Request) -> Response:
        return page("sign_in", settings, next_=request.query_params.get("next", "/"))

    async def sign_in(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=5)
        identifier, password = str(form.get("identifier", "")), str(form.get("password", ""))
        next_ = str(form.get("next", "/"))
        try:
            opened = await slowly(_open, services, request, identifier, password)
        except AppError as error:
            return page("sign_in", settings, next_=next_, identifier=identifier, error=error)
        answer = RedirectResponse(ours(next_), 303)
        cookies.keep(answer, opened, settings)
        return answer

    async def sign_out(request: Request) -> Response:
        if claim := cookies.claim(cookies.jar(request.headers), settings):
            await slowly(sessions.end, claim[1])
        answer = RedirectResponse("/sign-in", 303)
        cookies.forget(answer, settings)
        return answer

    return [
        Route("/sign-in", show, methods=["GET"]),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


def page(
    name: str, settings: Settings, *, next_: str = "/", identifier: str = "", error: AppError | None = None
) -> Response:
    """The page `name` with what is wrong, if something is; every value is escaped."""
    waits = error.retry_after if isinstance(error, RateLimited) else 0
    values = {
        "next": ours(next_),
        "identifier": identifier[:320],
        "organisation": urlsplit(settings.url).netloc,
        "problem": _sentence(error),
        "problem_class": ("limited" if waits else "error") if error else "",
        "wait_seconds": str(waits),
    }
    text = _template(name).substitute({key: escape(value) for key, value in values.items()})
    headers = {"retry-after": str(waits)} if waits else {}
    return HTMLResponse(text, error.status if error else 200, headers)


def _open(services: Services, request: Request, identifier: str, password: str) -> Opened:
    """A new session; the one that this browser had ends."""
    if not identifier.strip() or not password:
        raise InvalidInput({"": EMPTY})
    settings, shown = services.settings, cookies.jar(request.headers)
    opened = services.sessions.sign_in(
        identifier,
        password,
        address=client_address(request.scope, settings.trusted_proxies),
        device=cookies.device(shown, settings),
        user_agent=request.headers.get("user-agent", ""),
    )
    if claim := cookies.claim(shown, settings):
        services.sessions.end(claim[1])
    return opened


def _sentence(error: AppError | None) -> str:
    if isinstance(error, InvalidInput):
        return " ".join(error.fields.values())
    return str(error or "")


@cache
def _template(name: str) -> Template:
    return Template((PAGES / f"{name}.html").read_text())
