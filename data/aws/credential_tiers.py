"""Calls in a person's name, by tier: the session's own credentials, the identity pool's, the host's.

A tier that is there and fails is an error; only an absent one lets the next one in. Repositories, the worker and the
cache stay with the host's credentials: nothing that was read in a person's name is ever shared.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from hashlib import sha256
from threading import Lock
from typing import Final

from cachetools import LRUCache
from pydantic import SecretStr

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.cognito import IdentityPool
from data.aws.error_codes import CREDENTIALS, SIGN_IN
from data.aws.errors import reading
from data.aws.signing import AwsCredentials, Tier
from data.config.settings import Settings
from data.core.clock import Clock
from data.core.errors import AppError, CredentialsExpired, Misconfigured

MOST_PERSONS: Final = 1_000
EARLY: Final = timedelta(minutes=5)  # before their end, new ones are asked for
PAUSE: Final = timedelta(seconds=30)  # until that is tried again, while the old ones are still good


class PersonalClients:
    """Hands out clients that act for one person. Safe to share between threads."""

    def __init__(self, host: Clients, settings: Settings, clock: Clock) -> None:
        self._host, self._settings, self._clock = host, settings, clock
        self._pool = IdentityPool(host, settings)
        self._persons: LRUCache[tuple[str, str], _Exchanged] = LRUCache(MOST_PERSONS)
        self._lock = Lock()

    def for_session(self, credentials: AwsCredentials | None, id_token: SecretStr | None, person: str) -> Clients:
        """Clients of the first tier that is there; `person` is the userId whose session it is.

        Kept for longer they stay good: those of the identity pool get new credentials before theirs end.
        They raise CredentialsExpired, here or in a call, when the tier cannot vouch for the person any more.
        """
        if credentials is not None:
            current = self._checked(credentials)
            current()
            return self._host.signed(Tier.SESSION, current)
        if id_token is not None and self._settings.cognito:
            exchanged = self._exchanged(person, id_token)
            exchanged.current()
            return self._host.signed(Tier.IDENTITY_POOL, exchanged.current)
        return self._host

    def validate_credentials(self, credentials: AwsCredentials | None, id_token: SecretStr | None, person: str) -> bool:
        """Whether AWS knows who this is. False for what is invalid or over; raises Unavailable, Misconfigured."""
        try:
            clients = self.for_session(credentials, id_token, person)
            with reading("sts"):
                call(clients.sts, "get_caller_identity", "sts")
        except CredentialsExpired:
            return False
        except Misconfigured as error:
            if error.remedy != CREDENTIALS:  # the host's own are refused
                raise
            return False
        return True

    def _checked(self, credentials: AwsCredentials) -> Callable[[], AwsCredentials]:
        def current() -> AwsCredentials:
            if credentials.expires_at <= self._clock.now():
                raise CredentialsExpired(SIGN_IN)
            return credentials

        return current

    def _exchanged(self, person: str, id_token: SecretStr) -> "_Exchanged":
        identity = (person, sha256(id_token.get_secret_value().encode()).hexdigest())
        with self._lock:
            if (found := self._persons.get(identity)) is None:
                found = self._persons[identity] = _Exchanged(self._pool, id_token, self._clock)
            return found


class _Exchanged:
    """The credentials that one id token is good for. However many ask at once, one exchange is made."""

    def __init__(self, pool: IdentityPool, id_token: SecretStr, clock: Clock) -> None:
        self._pool, self._id_token, self._clock = pool, id_token, clock
        self._identity = ""
        self._held: AwsCredentials | None = None
        self._running: Future[AwsCredentials] | None = None
        self._again = clock.now()
        self._lock = Lock()

    def current(self) -> AwsCredentials:
        """Credentials that last for a while yet. Raises CredentialsExpired, Unavailable, Misconfigured."""
        with self._lock:
            if self._held and (self._lasts(EARLY) or (self._lasts() and self._clock.now() < self._again)):
                return self._held
            running, mine = self._running, Future[AwsCredentials]()
            self._running = running or mine
        return running.result() if running else self._run(mine)

    def _run(self, mine: Future[AwsCredentials]) -> AwsCredentials:
        try:
            fresh = self._exchange()
        except BaseException as error:
            self._settle(self._held)
            mine.set_exception(error)
            raise
        self._settle(fresh)
        mine.set_result(fresh)
        return fresh

    def _exchange(self) -> AwsCredentials:
        try:
            self._identity = self._identity or self._pool.identity(self._id_token)
            return self._pool.credentials(self._identity, self._id_token)
        except AppError:
            if self._held and self._lasts():  # say, the token ended before what it was given in exchange for
                self._again = self._clock.now() + PAUSE
                return self._held
            raise

    def _lasts(self, more: timedelta = timedelta()) -> bool:
        return self._held is not None and self._clock.now() + more < self._held.expires_at

    def _settle(self, held: AwsCredentials | None) -> None:
        with self._lock:
            self._held, self._running = held, None
