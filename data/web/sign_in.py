"""Sign-in and sign-out: ordinary routes, because a Streamlit page cannot set a cookie."""

from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from data.authentication.models import Opened
from data.config.settings import Settings
from data.core.errors import AppError, InvalidInput, NotSignedIn, RateLimited
from data.http.client_address import client_address
from data.services import Services
from data.web import cookies
from data.web.html_page import filled, own_page
from data.web.page_routes import LimitedRoute, in_pool
from data.web.paths import ours

TITLES: Final = {"sign_in": "Sign in", "set_password": "Set a password"}
EMPTY: Final = "Type your e-mail or username, and your password."


def routes(services: Services) -> list[BaseRoute]:
    settings, sessions = services.settings, services.sessions

    async def show(request: Request) -> Response:
        return page("sign_in", settings, next_=request.query_params.get("next", "/"))

    async def sign_in(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=5)
        identifier, password = str(form.get("identifier", "")), str(form.get("password", ""))
        next_ = str(form.get("next", "/"))
        try:
            opened = await in_pool(request, _open, services, request, identifier, password)
        except AppError as error:
            return page("sign_in", settings, next_=next_, identifier=identifier, error=error)
        return let_in(opened, next_, settings)

    async def sign_out(request: Request) -> Response:
        if claim := cookies.claim(cookies.jar(request.headers), settings):
            await in_pool(request, sessions.end, claim[1])
        answer = RedirectResponse("/sign-in", 303)
        cookies.forget(answer, settings)
        return answer

    return [
        LimitedRoute("/sign-in", show, methods=["GET"]),
        LimitedRoute("/sign-in", sign_in, methods=["POST"]),
        LimitedRoute("/sign-out", sign_out, methods=["POST"]),
    ]


def admitted(services: Services, request: Request, enter: Callable[..., Opened]) -> Opened:
    """The session that `enter` opens for this browser, told where it is; the one that it had ends."""
    settings, shown = services.settings, cookies.jar(request.headers)
    opened = enter(
        address=client_address(request.scope, settings.trusted_proxies),
        device=cookies.device(shown, settings),
        user_agent=request.headers.get("user-agent", ""),
    )
    if claim := cookies.claim(shown, settings):
        services.sessions.end(claim[1])
    return opened


def let_in(opened: Opened, next_: str, settings: Settings) -> Response:
    """On to the page asked for, with the cookies of the new session."""
    answer = RedirectResponse(ours(next_), 303)
    cookies.keep(answer, opened, settings)
    return answer


def page(
    name: str, settings: Settings, *, next_: str = "/", identifier: str = "", error: AppError | None = None
) -> Response:
    """The page `name` with what is wrong, if something is."""
    waits = error.retry_after if isinstance(error, RateLimited) else 0
    values = {
        "next": ours(next_),
        "identifier": identifier[:320],
        "organisation": urlsplit(settings.url).netloc,
        "problem": _sentence(error),
        "wait_seconds": str(waits),
    }
    content = filled(name, values, company_account=_company_account(next_) if settings.company_account else "")
    text = own_page(TITLES[name], content, tone=_tone(error), script=name)
    headers = {"retry-after": str(waits)} if waits else {}
    return HTMLResponse(text, error.status if error else 200, headers)


def _open(services: Services, request: Request, identifier: str, password: str) -> Opened:
    if not identifier.strip() or not password:
        raise InvalidInput({"": EMPTY})
    return admitted(services, request, partial(services.sessions.sign_in, identifier, password))


def _sentence(error: AppError | None) -> str:
    if isinstance(error, InvalidInput):
        return " ".join(error.fields.values())
    return str(error or "")


def _tone(error: AppError | None) -> str:
    """Red, fields too, for what was typed wrong; a warning for what no other typing would mend."""
    typed = isinstance(error, InvalidInput | NotSignedIn)
    return ("error" if typed else "limited") if error else ""


def _company_account(next_: str) -> str:
    return filled("company_account", {"next": quote(ours(next_), safe="/")})
