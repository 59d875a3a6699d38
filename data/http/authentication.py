"""Who calls the API: by session cookie, by bearer token, or, on a laptop that allows it, by the development header."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final, Protocol

from data.config.settings import Settings
from data.core.errors import NotSignedIn
from data.core.permissions import Actor

DEVELOPMENT: Final = "x-dev-user-id"


class Identities(Protocol):
    """Sessions, as far as they say who somebody is."""

    def actor(self, user_id: str, secret_sha256: str) -> Actor: ...
    def bearer(self, value: str) -> Actor: ...
    def acting_as(self, user_id: str) -> Actor: ...


def brings_own_proof(headers: Mapping[str, str], settings: Settings) -> bool:
    """Whether the caller says who they are in a way that no foreign page can make a browser say."""
    return "authorization" in headers or (develops(settings) and DEVELOPMENT in headers)


def develops(settings: Settings) -> bool:
    """Whether the development header is believed: never in production, whatever the settings say."""
    return settings.dev_header and not settings.production


def identify(
    headers: Mapping[str, str], claim: tuple[str, str] | None, sessions: Identities, settings: Settings
) -> Actor | None:
    """The caller, or None. `claim`: user and digest of the session cookie, if there is one.

    One proof is looked at, the strongest that was sent: a bad token is not made good by a cookie beside it.
    Raises Unavailable when that cannot be found out.
    """
    with suppress(NotSignedIn):
        if authorization := headers.get("authorization"):
            kind, _, value = authorization.partition(" ")
            return sessions.bearer(value.strip()) if kind.lower() == "bearer" else None
        if develops(settings) and (user_id := headers.get(DEVELOPMENT)):
            return sessions.acting_as(user_id)
        if claim:
            return sessions.actor(*claim)
    return None
