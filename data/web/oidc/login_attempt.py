"""One try to sign in with the company account. Its cookie ties the way there and the way back to one browser."""

import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from typing import Final, Self

from starlette.responses import Response

from data.config.settings import Settings
from data.core.sealed_values import Seal

LASTS: Final = timedelta(minutes=10)
PURPOSE: Final = "company account"


@dataclass(frozen=True, slots=True)
class Attempt:
    """`state` comes back by the browser, `nonce` in the ID token, `verifier` goes to the provider from us alone."""

    next_: str
    state: str = field(default_factory=lambda: token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: token_urlsafe(32), repr=False)

    @classmethod
    def kept(cls, cookies: dict[str, str], state: str, settings: Settings, seal: Seal) -> Self | None:
        """The attempt that this browser began and `state` belongs to; None if it began none, or too long ago."""
        texts = seal.open(PURPOSE, cookies.get(_name(settings), ""), lasts=LASTS)
        found = cls(*texts) if texts else None
        same = found and hmac.compare_digest(found.state.encode(), state.encode(errors="replace"))
        return found if same else None

    def keep(self, answer: Response, settings: Settings, seal: Seal) -> None:
        """Let the browser keep it for as long as it lasts. A later one takes its place."""
        answer.set_cookie(
            _name(settings),
            seal.seal(PURPOSE, self.next_, self.state, self.nonce, self.verifier),
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="lax",  # the way back begins at the provider
            secure=settings.secure,
        )


def forget(answer: Response, settings: Settings) -> None:
    answer.delete_cookie(_name(settings), httponly=True, samesite="lax", secure=settings.secure)


def _name(settings: Settings) -> str:
    return settings.cookie.replace("session", "oidc")
