"""Addresses that no page has: said on a page of ours, where Streamlit would open Home under a dialog."""

from collections.abc import Set as AbstractSet
from typing import Final

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from data.web.error_page import refusal_page
from data.web.error_pages import opens_page
from data.web.paths import A_FILE, Kind, is_docs, kind_of

NOTHING: Final = "Nothing of the dashboard has the address {}. The link may be old, or mistyped."
HOME: Final = "/home"  # the file's name, as for all other pages; Streamlit serves it at the root alone
SHOWN: Final = 80  # characters of the address


class UnknownPage:
    """Stands behind the gate, so that strangers are asked to sign in and learn nothing of which pages there are."""

    def __init__(self, app: ASGIApp, *, pages: AbstractSet[str]) -> None:
        self._app, self._pages = app, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer(scope) if scope["type"] == "http" and self._is_unknown(scope) else self._app
        await answer(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["path"] == HOME:
            return RedirectResponse("/", 303)
        return refusal_page(404, "There is no page here", NOTHING.format(scope["path"][:SHOWN]))

    def _is_unknown(self, scope: Scope) -> bool:
        """Only for pages that a browser opens, because programs request other things below a page's address."""
        path = scope["path"].rstrip("/") or "/"
        ours = path in self._pages or is_docs(path) or A_FILE.fullmatch(scope["path"])
        known = ours or kind_of(scope["path"]) is not Kind.PAGE
        return not known and opens_page(scope)
