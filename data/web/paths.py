"""What lies behind a path, as far as the gate must know; and which paths are ours to send somebody to."""

import re
from enum import Enum, auto
from typing import Final
from urllib.parse import quote

from starlette.types import Scope

DOORS: Final = frozenset({"/sign-in", "/sign-out", "/set-password", "/auth/oidc", "/auth/oidc/callback"})
PUBLIC: Final = DOORS | {"/healthz", "/favicon.ico", "/_stcore/health", "/_stcore/host-config"}
STATIC: Final = ("/assets/", "/static/")  # fonts, styles and scripts of ours and of Streamlit: no secrets
CLOSED: Final = ("/_stcore/upload_file", "/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
PROGRAMS: Final = ("/_stcore/", "/media/", "/component/")
PROBED: Final = ("/_stcore/health", "/_stcore/host-config")  # a page at /users asks for them beneath itself, too
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
    for prefixes, kind in ((STATIC, Kind.STATIC), (CLOSED, Kind.CLOSED), (("/readyz",), Kind.STATUS)):
        if path.startswith(prefixes):
            return kind
    if path == DOCS or path.startswith(DOCS + "/"):
        return Kind.PAGE
    if path.startswith("/api/"):
        return Kind.API
    if path.startswith(PROGRAMS):
        return Kind.PROGRAM
    return Kind.PUBLIC if path.endswith(PROBED) else Kind.PAGE


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
