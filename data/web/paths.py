"""What lies behind a path, as far as the gate must know; and which paths are ours to send somebody to."""

import re
from enum import Enum, auto
from typing import Final
from urllib.parse import quote

from starlette.types import Scope

DOORS: Final = frozenset({"/sign-in", "/sign-out", "/set-password", "/auth/oidc", "/auth/oidc/callback"})
PUBLIC: Final = DOORS | {"/healthz", "/favicon.ico", "/_stcore/health", "/_stcore/host-config"}
STATUS: Final = "/readyz"
# Fonts, styles and scripts of ours and of Streamlit, without secrets: plain names, no way up, no endpoint of Streamlit.
STATIC: Final = re.compile(r"/(?:assets|static)(?:/(?!\.{1,2}(?:/|\Z)|_stcore/)[A-Za-z0-9_.@~-]+)+")
CLOSED: Final = ("/_stcore/upload_file", "/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
PROGRAMS: Final = ("/_stcore/", "/media/", "/component/")
# The browser asks for both beneath the address of its page, too, as in /users/_stcore/health.
PROBED: Final = re.compile(r"/(?!files/)[A-Za-z0-9_-]+/_stcore/(?:health|host-config)")
DOCS: Final = "/api/docs"
A_FILE: Final = re.compile(r"/files/[^/]+/[^/]+")  # what the route of files takes
OURS: Final = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~?=&%+:,*-]*")
ENCODED_TRICKS: Final = re.compile(r"%(0[0-9a-f]|1[0-9a-f]|7f|5c|2f)", re.IGNORECASE)
LONGEST: Final = 1_000


class Kind(Enum):
    """What the gate asks for: nothing (PUBLIC, STATIC), never passes (CLOSED), a session (PAGE, PROGRAM).

    API and STATUS pass unknown, too: the API answers for itself, the status tells its reasons to admins alone.
    """

    PUBLIC = auto()
    STATIC = auto()
    CLOSED = auto()
    STATUS = auto()
    API = auto()
    PROGRAM = auto()
    PAGE = auto()


def kind_of(path: str) -> Kind:
    """The kind of the decoded path of a request."""
    if path in PUBLIC:
        return Kind.PUBLIC
    if path == STATUS:
        return Kind.STATUS
    if STATIC.fullmatch(path):
        return Kind.STATIC
    return _restricted_kind(path)


def is_docs(path: str) -> bool:
    """Return whether the path belongs to the documentation of the API."""
    return path == DOCS or path.startswith(DOCS + "/")


def _restricted_kind(path: str) -> Kind:
    """Prefixes are enough here, because each of these kinds allows less than a page does, or decides for itself."""
    if path.startswith(CLOSED):
        return Kind.CLOSED
    if path.startswith("/api/") and not is_docs(path):
        return Kind.API
    if path.startswith(PROGRAMS):
        return Kind.PROGRAM
    return Kind.PUBLIC if PROBED.fullmatch(path) else Kind.PAGE


def ours(path: str) -> str:
    """`path` if it is one of ours to go to after signing in, else Home."""
    plain = len(path) <= LONGEST and OURS.fullmatch(path) and not ENCODED_TRICKS.search(path.partition("?")[0])
    return path if plain else "/"


def sign_in_path(scope: Scope) -> str:
    """Where whoever asked for this page signs in, to come back to it."""
    query = scope.get("query_string", b"").decode("latin-1")
    return sign_in_for(quote(scope["path"]) + (f"?{query}" if query else ""))


def sign_in_for(there: str) -> str:
    """Where somebody signs in to go on to the page `there`."""
    return "/sign-in" if there == "/" else f"/sign-in?next={quote(ours(there), safe='/')}"
