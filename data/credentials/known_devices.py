"""Browsers in which somebody signed in before, known by a signed cookie that grants nothing but a count of its own."""

import hmac
from secrets import token_hex

from data.core.key_derivation import derive


class Devices:
    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "device")

    def remembered(self, cookie: str, user_id: str) -> str:
        """The cookie's value for a browser in which this person has just signed in; the same if it was known."""
        return cookie if self.find(cookie, user_id) else self._signed(f"{token_hex(16)}.{user_id}")

    def find(self, cookie: str, user_id: str) -> str | None:
        """The browser's identifier, if the cookie is one of ours for this person."""
        device, _, owner = cookie.rpartition(".")[0].partition(".")
        return device if owner == user_id and self._genuine(cookie) else None

    def owner(self, cookie: str) -> str | None:
        """Return the userId in the cookie, if the cookie is one of ours."""
        return cookie.rpartition(".")[0].partition(".")[2] if self._genuine(cookie) else None

    def _genuine(self, cookie: str) -> bool:
        ours = self._signed(cookie.rpartition(".")[0])
        return hmac.compare_digest(cookie.encode(errors="replace"), ours.encode(errors="replace"))

    def _signed(self, stated: str) -> str:
        return f"{stated}.{hmac.new(self._key, stated.encode(errors='replace'), 'sha256').hexdigest()}"
