"""Passwords hashed and verified: slowly on purpose, and only a few at once.

Each takes 19 MB for its time. The C library keeps these for the thread that asked: left to the threads of requests
they came to 340 MB, though four at most were in use. So there are threads for it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from secrets import token_urlsafe
from threading import BoundedSemaphore
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from data.core.errors import Unavailable
from data.core.normal_form import normalized

T = TypeVar("T")
AT_ONCE: Final = 4
PATIENCE: Final = 10  # seconds in the queue
STRONG: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Passwords:
    """Argon2id. Whoever has no hash is verified against a dummy, so that an answer takes as long for everybody."""

    def __init__(self, hasher: PasswordHasher = STRONG) -> None:
        self._hasher = hasher
        self._dummy = hasher.hash(token_urlsafe(16))  # nobody's password
        self._places = BoundedSemaphore(AT_ONCE)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")

    def hash(self, password: str) -> str:
        """Raises Unavailable when too many wait."""
        return self._in_turn(lambda: self._hasher.hash(_composed(password)))

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether `stored` is a hash of `password`; None or an unreadable one: no, after the same work."""
        return self._in_turn(lambda: self._matches(_composed(password), stored))

    def _matches(self, password: bytes, stored: str | None) -> bool:
        try:
            return self._hasher.verify(stored or self._dummy, password) and bool(stored)
        except InvalidHashError:  # made by hand, by another method
            return self._refuse(password)
        except Argon2Error:
            return False

    def _refuse(self, password: bytes) -> bool:
        try:
            self._hasher.verify(self._dummy, password)
        except Argon2Error:
            return False
        return False

    def _in_turn(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(timeout=PATIENCE):
            raise Unavailable("Too many people are signing in just now. Try again.")
        try:
            return self._threads.submit(work).result()
        finally:
            self._places.release()


def _composed(password: str) -> bytes:
    """One text however the keyboard composes it."""
    return normalized("NFKC", password).encode(errors="surrogatepass")
