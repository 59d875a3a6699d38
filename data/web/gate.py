"""The gate: stands before pages, API, uploads, media and the websocket, and lets nobody in unknown.

Pure ASGI, because a middleware that sees HTTP alone leaves the websocket open.

It hands on *which* session was shown, in headers that it strips from what comes in; pages read session and
person afresh from there, so a forged header grants nothing even without the gate. The API gets the person.
"""

import logging
from collections.abc import Mapping
from secrets import token_hex
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from data.core import logs
from data.core.errors import AppError, Defect, NotSignedIn
from data.core.permissions import Actor
from data.http import errors
from data.http.authentication import brings_own_proof, identify
from data.http.limited_threads import IDENTIFICATION, POLICY, SAFE_METHODS
from data.platform import Platform
from data.services import Services
from data.web import cookies
from data.web.body_limits import TooLarge, at_most, most_of
from data.web.error_pages import page_sender
from data.web.headers import security_headers
from data.web.paths import Kind, kind_of, sign_in_path
from data.web.response_headers import answering
from data.web.sockets import Sockets

log = logging.getLogger(__name__)

USER: Final = b"x-dashboard-user"  # what Streamlit's trustedUserHeaders names
SESSION: Final = b"x-dashboard-session"
CLOSED: Final = 1008


class Gate:
    def __init__(self, app: ASGIApp, *, services: Services, platform: Platform) -> None:
        self._app, self._services, self._settings = app, services, services.settings
        self._clients, self._objects = platform.clients, platform.objects
        self._sockets = Sockets(app)
        self._stores: tuple[str | None, tuple[str, ...]] | None = None
        self._hosts = frozenset(origin.split("://", 1)[1] for origin in self._settings.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        reference = token_hex(8)
        token, nobody = logs.correlation_id.set(reference), logs.acting.set(("", ""))
        try:
            await self._pass({**scope, "correlation_id": reference}, receive, send)
        finally:
            logs.correlation_id.reset(token)
            logs.acting.reset(nobody)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None:
            scope, refusal = await self._identified(scope, headers)
            if actor := scope.get("actor"):
                logs.acting.set((actor.org_id, actor.user_id))
        if scope["type"] == "websocket":
            close = send({"type": "websocket.close", "code": CLOSED}) if refusal else None
            await (close or self._sockets(scope, receive, send))
            return
        out = answering(send, scope, await self._policy())
        shown = page_sender(scope, receive, out.send)
        if refusal:
            await refusal(scope, receive, shown)
            return
        try:
            await self._app(scope, at_most(receive, most_of(scope)), shown)
        except Exception as error:
            if out.started:
                raise
            await _failure(scope, error)(scope, receive, shown)

    async def _policy(self) -> Mapping[str, str]:
        """The headers of every answer. Where the buckets are is asked once for each place they may be at."""
        place = self._clients.endpoint_url
        if self._stores is None or self._stores[0] != place:
            try:
                self._stores = place, await POLICY.run(self._objects.origins)
            except AppError as error:
                log.warning("the buckets' addresses are not known", extra={"reason": str(error)})
                return security_headers(stores=(), secure=self._settings.secure)
        return security_headers(stores=self._stores[1], secure=self._settings.secure)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """What nobody may send, signed in or not."""
        kind = kind_of(scope["path"])
        if misaddressed := self._misaddressed(scope, headers):
            return misaddressed
        if scope["type"] == "websocket":
            own = headers.get("origin") in self._settings.origins
            return None if own else self._refused(scope, 403, "Foreign origin.")
        if scope["method"] not in SAFE_METHODS and self._foreign(kind, headers):
            return self._refused(scope, 403, "This was not sent by a page of the dashboard.")
        if (stated := headers.get("content-length", "0")).isdigit() and int(stated[:20]) > most_of(scope):
            return _too_large(scope, TooLarge(most_of(scope)))
        return None

    def _misaddressed(self, scope: Scope, headers: Headers) -> Response | None:
        """What is sent to another name than ours, or to where nothing is for anybody."""
        if headers.getlist("host") != [host := headers.get("host", "")] or host.lower() not in self._hosts:
            return self._refused(scope, 421, "This is not my name.")  # DNS rebinding
        if kind_of(scope["path"]) is Kind.CLOSED:
            return self._refused(scope, 403, "This is closed.")
        if not scope["path"].isprintable():  # routers take a line break for the end of the path
            return self._refused(scope, 404, "There is nothing at this address.")
        return None

    def _foreign(self, kind: Kind, headers: Headers) -> bool:
        """Whether what would change state comes from elsewhere: browsers say so, and our pages' browsers always do.

        A program says nothing of the kind; it may speak to the API, but not with a browser's cookie.
        """
        if kind is Kind.API and brings_own_proof(headers, self._settings):
            return False
        if site := headers.get("sec-fetch-site"):
            return site != "same-origin"
        if origin := headers.get("origin"):
            return origin not in self._settings.origins
        return kind is not Kind.API or self._settings.cookie in cookies.jar(headers)

    async def _identified(self, scope: Scope, headers: Headers) -> tuple[Scope, Response | None]:
        """`scope` with who it is, and the answer to those who may not pass unknown."""
        kind, shown = kind_of(scope["path"]), cookies.jar(headers)
        claim = cookies.claim(shown, self._settings)
        if kind in (Kind.PUBLIC, Kind.STATIC):
            return _with_identity(scope, None, None), None
        try:
            actor = await IDENTIFICATION.run(self._who, kind, headers, claim)
            former = None if actor else await self._former_user(scope, shown)
        except AppError as error:
            log.warning("nobody can be identified", extra={"reason": str(error)})
            actor, failure = None, errors.answer(error, scope["correlation_id"])
            return _with_identity(scope, None, None), None if kind is Kind.STATUS else failure
        if actor or kind in (Kind.API, Kind.STATUS):
            return _with_identity(scope, actor, claim if actor else None), None
        if former:
            return {**_with_identity(scope, None, claim), "former_user": former}, None
        return scope, self._to_sign_in(scope, kind)

    async def _former_user(self, scope: Scope, shown: dict[str, str]) -> str | None:
        """The userId of a browser whose session has ended; for a websocket, by which its page will say so."""
        device = cookies.device(shown, self._settings)
        if scope["type"] != "websocket" or not device:
            return None
        return await IDENTIFICATION.run(self._services.sessions.device_owner, device)

    def _who(self, kind: Kind, headers: Headers, claim: tuple[str, str] | None) -> Actor | None:
        if kind is Kind.API:
            return identify(headers, claim, self._services.sessions, self._settings)
        try:
            return self._services.sessions.actor(*claim) if claim else None
        except NotSignedIn:
            return None

    def _to_sign_in(self, scope: Scope, kind: Kind) -> Response:
        if kind is Kind.PAGE and scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return RedirectResponse(sign_in_path(scope), 303)
        return errors.plain(401, "Sign in first.", scope["correlation_id"])

    def _refused(self, scope: Scope, status: int, message: str) -> Response:
        log.warning("refused", extra={"status": status, "path": scope["path"][:200], "reason": message})
        if kind_of(scope["path"]) is Kind.API:
            return errors.plain(status, message, scope["correlation_id"])
        return PlainTextResponse(message, status)


def _failure(scope: Scope, error: Exception) -> Response:
    """The response for what no route and no page handled."""
    if isinstance(error, TooLarge):
        return _too_large(scope, error)
    if not isinstance(error, AppError):
        log.error("unexpected", exc_info=error)
        error = Defect(errors.SURPRISE)
    return errors.answer(error, scope["correlation_id"])


def _too_large(scope: Scope, error: TooLarge) -> Response:
    log.warning("refused", extra={"status": 413, "path": scope["path"][:200]})
    return errors.plain(413, str(error.detail), scope["correlation_id"])


def _with_identity(scope: Scope, actor: Actor | None, claim: tuple[str, str] | None) -> Scope:
    """`scope` with our identity headers, and nobody else's."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() not in (USER, SESSION)]
    if claim:
        kept += [(USER, claim[0].encode()), (SESSION, claim[1].encode())]
    return {**scope, "headers": kept, "actor": actor}
