"""Who is behind a secret: a session's cookie, a JWT that stands on a session, or a personal token."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar

import jwt

from data.authentication.models import PROGRAM, Access, Session, Token
from data.authentication.repository import SessionRepository
from data.core.clock import Clock
from data.core.errors import AppError, NotSignedIn
from data.core.key_derivation import derive
from data.core.permissions import Actor
from data.credentials.table import digest
from data.storage.unit_of_work import Store
from data.users.models import User
from data.users.service import UserService

A = TypeVar("A", bound=Access)

ALGORITHM: Final = "HS256"
CLAIMS: Final = ("exp", "iat", "sub", "aud", "iss", "sid")
LEEWAY: Final = timedelta(seconds=30)  # between the clocks of two hosts
NOT_VALID: Final = "This token is not valid. Sign in again."
PERSONAL: Final = re.compile(r"([0-9a-f-]{36})\.([A-Za-z0-9._-]{1,128})\.([A-Za-z0-9_-]{43})")
MOST: Final = 4_096
# decoders overlook strange characters and the last bits; here one token has one spelling
SPELLED: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")

USER_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
ENDED: Final = "Your session has ended. Sign in again."


class Personal(NamedTuple):
    """`{tokenId}.{userId}.{secret}`"""

    token_id: str
    user_id: str
    secret: str


def personal(value: str) -> Personal | None:
    """The parts of a personal token; None if it has not the form of one."""
    match = PERSONAL.fullmatch(value)
    return Personal(*match.groups()) if match else None


class Jwts:
    """Signed with a key of their own; issuer and audience are the public URL."""

    def __init__(self, secret: bytes, url: str, clock: Clock) -> None:
        self._key, self._url, self._clock = derive(secret, "jwt"), url, clock

    def issue(self, session: Session) -> tuple[str, datetime]:
        """A token that stands on `session`, and when it ends."""
        now = self._clock.now()
        end = min(now + PROGRAM, session.expires_at)
        claims = {"iat": now, "exp": end, "sub": session.user_id, "sid": session.secret_sha256}
        return jwt.encode({**claims, "iss": self._url, "aud": self._url}, self._key, ALGORITHM), end

    def read(self, value: str) -> tuple[str, str]:
        """(userId, SHA-256 of the session's secret). Raises NotSignedIn for whatever is not ours and current."""
        claims = self._verified(value)
        now, (issued, end) = self._clock.now().timestamp(), (claims["iat"], claims["exp"])
        timely = isinstance(issued, int) and isinstance(end, int) and issued - LEEWAY.total_seconds() <= now < end
        if not timely or not isinstance(claims["sub"], str) or not isinstance(claims["sid"], str):
            raise NotSignedIn(NOT_VALID)
        return claims["sub"], claims["sid"]

    def _verified(self, value: str) -> dict[str, Any]:
        if len(value) > MOST or not SPELLED.fullmatch(value):
            raise NotSignedIn(NOT_VALID)
        # the times are checked against our own clock, by the caller
        options: Any = {"require": list(CLAIMS), "verify_exp": False, "verify_iat": False}
        try:
            return jwt.decode(value, self._key, [ALGORITHM], options=options, audience=self._url, issuer=self._url)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise NotSignedIn(NOT_VALID) from error


class Identity:
    """Answers who it is as stored at this moment, or raises. Nothing of it is ever cached."""

    def __init__(self, store: Store, sessions: SessionRepository, users: UserService, jwts: Jwts, clock: Clock) -> None:
        self._store, self._sessions, self._users, self._jwts, self._clock = store, sessions, users, jwts, clock

    def actor(self, user_id: str, secret_sha256: str) -> Actor:
        """The person behind a session, from one consistent read of both; nothing of it is ever cached.

        Raises NotSignedIn if it is not there, not theirs, over, or older than their last change of rights.
        """
        if not USER_ID.fullmatch(user_id) or not DIGEST.fullmatch(secret_sha256):
            raise NotSignedIn(ENDED)
        session, user = self._admitted(Session, secret_sha256, user_id)
        self._touch(session, session.seen(at=self._clock.now()))
        return actor_of(user, via=session.via, session=secret_sha256)

    def bearer(self, value: str) -> Actor:
        """The person behind `Authorization: Bearer`, a JWT or a personal token. Raises NotSignedIn."""
        if parts := personal(value):
            token, user = self._admitted(Token, digest(parts.secret), parts.user_id)
            if token.token_id != parts.token_id:
                raise NotSignedIn(NOT_VALID)
            self._touch(token, token.used(at=self._clock.now()))
            return replace(actor_of(user, via="token"), scopes=frozenset(token.scopes))
        return replace(self.actor(*self._jwts.read(value)), via="api")

    def acting_as(self, user_id: str) -> Actor:
        """The person of this id, on their word alone: for the development header. Raises NotSignedIn."""
        user = self._users.find(user_id) if USER_ID.fullmatch(user_id) else None
        if user is None or not user.active:
            raise NotSignedIn("There is no active person by this id.")
        return actor_of(user, via="api")

    def _admitted(self, kind: type[A], secret_sha256: str, user_id: str) -> tuple[A, User]:
        found = self._sessions.find(kind, secret_sha256, user_id)
        if found is None or not found[0].admits(found[1], at=self._clock.now()):
            raise NotSignedIn(ENDED)
        return found

    def _touch(self, before: Access, after: Access | None) -> None:
        """Store the visit now and then. If that fails, the user is admitted all the same."""
        if after is None:
            return
        with suppress(AppError), self._store.begin() as unit:
            self._sessions.update(unit, before, after)
            self._sessions.update_last_seen(unit, after.user_id, at=after.updated_at)


def actor_of(user: User, *, via: str, session: str = "") -> Actor:
    """The user as the one who acts."""
    return Actor(user.user_id, user.org_id, user.role, user.username, user.name, session, via)
