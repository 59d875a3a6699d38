"""Whose keys a call is signed with: the host's, or those of the person in whose name it is made.

Clients are shared by all persons of a tier, connections too; the keys come with each call.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final

from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

PRESIGNING: Final = frozenset({"generate_presigned_url", "generate_presigned_post"})
_keys: Final[ContextVar[ReadOnlyCredentials | None]] = ContextVar("keys of this call", default=None)


class Tier(StrEnum):
    """Where credentials come from; the first that is there is taken."""

    SESSION = "session"
    IDENTITY_POOL = "identity pool"
    HOST = "host"


@dataclass(frozen=True, slots=True, repr=False)
class AwsCredentials:
    """Temporary credentials of one person. They show themselves nowhere."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"AwsCredentials(until {self.expires_at:%Y-%m-%dT%H:%M:%S%z})"


class Signed:
    """`client`, with each call signed by what `current` gives at that moment; `current` may raise an AppError.

    What makes calls later (paginators, waiters) finds no keys, rather than those of another person.
    """

    def __init__(self, client: Any, current: Callable[[], AwsCredentials]) -> None:
        self._client, self._current = client, current

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        calls = name in PRESIGNING or name in self._client.meta.method_to_api_mapping
        return partial(self._signed, found) if calls else found

    def _signed(self, operation: Callable[..., Any], *args: Any, **request: Any) -> Any:
        current = self._current()
        token = _keys.set(
            ReadOnlyCredentials(current.access_key_id, current.secret_access_key, current.session_token, None)
        )
        try:
            return operation(*args, **request)
        finally:
            _keys.reset(token)


class _KeysOfTheCall(Credentials):
    """What a client takes for its credentials, and asks for keys at every call."""

    def __init__(self) -> None:
        super().__init__("", "")

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        if (keys := _keys.get()) is None:
            raise NoCredentialsError
        return keys


class _Persons(CredentialProvider):
    METHOD = CANONICAL_NAME = "person"

    def load(self) -> Credentials:
        return _KeysOfTheCall()


def without_keys(session: Session) -> Session:
    """`session`, whose clients sign by nothing that this host has, but by the keys of `Signed` alone."""
    session.register_component("credential_provider", CredentialResolver([_Persons()]))
    return session
