"""What a browser keeps for us between two requests: it can neither read nor change it, nor use it later."""

import json
from base64 import urlsafe_b64encode
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken

from data.core.clock import Clock
from data.core.key_derivation import derive


class Seal:
    """Seals short texts with a key of its own."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._fernet, self._clock = Fernet(urlsafe_b64encode(derive(secret, "browser"))), clock

    def seal(self, purpose: str, *texts: str) -> str:
        """`texts` as one sealed value, which opens for `purpose` only."""
        sealed = self._fernet.encrypt_at_time(json.dumps([purpose, *texts]).encode(), self._now())
        return sealed.decode()

    def open(self, purpose: str, sealed: str, *, lasts: timedelta) -> list[str]:
        """The texts; none if it was not sealed by us, for another purpose, or longer ago than `lasts`."""
        seconds = int(lasts.total_seconds())
        try:
            texts: list[str] = json.loads(self._fernet.decrypt_at_time(sealed.encode(), seconds, self._now()))
        except (InvalidToken, ValueError):
            return []
        return texts[1:] if texts[0] == purpose else []

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
