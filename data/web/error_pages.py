"""Failures as our own pages, for browsers that open the address as a page. API callers keep their JSON."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from data.http.errors import SENTENCES, SURPRISE
from data.http.limited_threads import SAFE_METHODS
from data.web.error_page import refusal_page
from data.web.paths import Kind, kind_of

RAW: Final = ("application/json", "text/plain")
UNKNOWN_HOST: Final = 421  # stays text, because the gate refuses styles and scripts under that name too
LARGEST: Final = 64 * 1024  # bytes of an error body
BROKEN: Final = "Something went wrong on our side"
TITLES: Final[Mapping[int, str]] = {
    401: "You are not signed in",
    404: "There is no page here",
    405: "There is no page here",
    413: "Too large",
    429: "Too many requests",
    500: BROKEN,
    503: "Not available at the moment",
}


def opens_page(scope: Scope) -> bool:
    """Return whether a browser will show the response as a page.

    `Accept` decides for clients that send no `Sec-Fetch-Mode`: older browsers, and any browser over plain HTTP.
    """
    if kind_of(scope["path"]) in (Kind.API, Kind.STATUS):
        return False
    headers = Headers(scope=scope)
    if mode := headers.get("sec-fetch-mode"):
        return mode == "navigate"
    return "text/html" in headers.get("accept", "")


class ErrorPages:
    """Sends a page in place of a failed response that the browser would show as raw JSON or text."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if _is_raw_failure(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")[: LARGEST - len(self._body)]
            if not message.get("more_body"):
                await self._page(self._start)(self._scope, self._receive, self._send)

    def _page(self, start: Message) -> Response:
        status, headers = start["status"], Headers(raw=start["headers"])
        title = TITLES.get(status, BROKEN if status > HTTPStatus.INTERNAL_SERVER_ERROR else "This request was refused")
        reference = self._scope["correlation_id"] if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
        may_retry = self._scope["method"] in SAFE_METHODS
        page = refusal_page(status, title, _sentence(status, self._body), reference=reference, may_retry=may_retry)
        page.headers.update({name: headers[name] for name in ("retry-after", "allow") if name in headers})
        return page


def page_sender(scope: Scope, receive: Receive, send: Send) -> Send:
    """Return `send`, with pages in place of raw failures if a browser opens a page."""
    return ErrorPages(scope, receive, send).send if opens_page(scope) else send


def _is_raw_failure(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] in range(400) or message["status"] == UNKNOWN_HOST:
        return False
    return Headers(raw=message["headers"]).get("content-type", RAW[1]).startswith(RAW)


def _sentence(status: int, body: bytes) -> str:
    """Return the message of an error body, or ours for this status where the body is only the status's name."""
    text = body.decode(errors="replace")
    if text == HTTPStatus(status).phrase:
        return SENTENCES.get(status, SURPRISE if status == HTTPStatus.INTERNAL_SERVER_ERROR else text)
    try:
        return str(json.loads(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text
