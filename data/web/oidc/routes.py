"""Sign-in with the company account: the authorisation code flow of OpenID Connect, with PKCE, state and nonce.

It ends in the same session as a password does. Nobody is made by it: a person of ours is found by the verified e-mail.
"""

import logging
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from data.config.settings import Settings
from data.core.errors import AppError, NotFound, NotPermitted
from data.core.sealed_values import Seal
from data.services import Services
from data.web import cookies
from data.web.oidc import login_attempt
from data.web.oidc.http_client import Asking, silent
from data.web.oidc.login_attempt import Attempt
from data.web.oidc.provider import Provider
from data.web.page_routes import LimitedRoute, in_pool
from data.web.paths import ours, sign_in_for
from data.web.sign_in import admitted, let_in, page

CALLBACK: Final = "/auth/oidc/callback"
ABSENT: Final = "There is no company account to sign in with here."
ELSEWHERE: Final = "This sign-in began in another browser, or too long ago. Try again."
DECLINED: Final = "The company account did not sign you in. Try again, or ask an admin of your organisation."
PASSING: Final = ("server_error", "temporarily_unavailable")
MOST_CODE: Final = 4_096
OWN: Final = (None, "same-origin", "none")  # a browser that says nothing, our own page, an address that was typed

log = logging.getLogger(__name__)


def routes(services: Services, seal: Seal) -> list[BaseRoute]:
    """They answer also where no company account is set up, so that nothing else does."""
    settings = services.settings
    provider = Provider(settings, services.clock, Asking(proxies=settings.production))

    async def begin(request: Request) -> Response:
        attempt = Attempt(ours(request.query_params.get("next", "/")))
        if request.headers.get("sec-fetch-site") not in OWN:  # no other site begins a sign-in in somebody's name
            return RedirectResponse(sign_in_for(attempt.next_), 303)
        try:
            there = await _expected(provider, services).address(attempt, _back(request, services))
        except AppError as error:
            return page("sign_in", settings, next_=attempt.next_, error=error)
        answer = RedirectResponse(there, 303)
        attempt.keep(answer, settings, seal)
        return answer

    async def come_back(request: Request) -> Response:
        shown = cookies.jar(request.headers)
        attempt = Attempt.kept(shown, request.query_params.get("state", ""), settings, seal)
        if attempt is None:
            return page("sign_in", settings, error=NotPermitted(ELSEWHERE))
        try:
            code, back = _code(request, settings), _back(request, services)
            email = await _expected(provider, services).email(code, attempt, back)
            enter = partial(services.sessions.sign_in_verified, email)
            opened = await in_pool(request, admitted, services, request, enter)
            answer = let_in(opened, attempt.next_, settings)
        except AppError as error:
            log.warning("refused", extra={"path": CALLBACK, "status": error.status, "reason": str(error)})
            answer = page("sign_in", settings, next_=attempt.next_, error=error)
        login_attempt.forget(answer, settings)  # one way back is all that it opens
        return answer

    return [
        LimitedRoute("/auth/oidc", begin, methods=["GET"]),
        LimitedRoute(CALLBACK, come_back, methods=["GET"]),
    ]


def _expected(provider: Provider, services: Services) -> Provider:
    if not services.settings.company_account:
        raise NotFound(ABSENT)
    return provider


def _back(request: Request, services: Services) -> str:
    """The address to come back to: under the name by which this browser calls us, for there its cookie is."""
    host, origins = request.headers["host"].lower(), services.settings.origins
    origin = next((origin for origin in origins if origin.partition("://")[2] == host), services.settings.url)
    return origin + CALLBACK


def _code(request: Request, settings: Settings) -> str:
    """The code that the provider sent along. Raises NotPermitted, or Unavailable, if it sent none."""
    query = request.query_params
    if query.get("error") in PASSING:
        raise silent(CALLBACK, query["error"])
    code, said_by = query.get("code", ""), query.get("iss", settings.oidc_issuer)
    if not code or len(code) > MOST_CODE or "error" in query or said_by != settings.oidc_issuer:
        raise NotPermitted(DECLINED)
    return code
