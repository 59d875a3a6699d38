"""The credentials that the emulator knows, and what each may sign for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final

from data.emulator.refusals import Reason, Refusal
from data.emulator.sigv4 import Signature, check_time

SESSION_SERVICES: Final = ("s3", "dynamodb", "sqs", "sns", "sts")
SERVICES: Final = (*SESSION_SERVICES, "iam", "cognito-idp", "cognito-identity")


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret access key. Temporary ones have a session token, and expire (seconds since 1970)."""

    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    expires: float | None = None
    services: tuple[str, ...] = SERVICES


FindCredential = Callable[[str], Credential | None]


def credential_of(signature: Signature, find: FindCredential, now: float) -> Credential:
    """Return the credential that a signature names.

    Raises:
        Refusal: we do not know the key, it may not use the service, its session token differs, or it is too late.
    """
    credential = find(signature.access_key_id)
    if credential is None or signature.service not in credential.services:
        raise Refusal(Reason.UNKNOWN_KEY)
    check_time(signature, now)
    if (credential.token is None) != (signature.token is None):
        raise Refusal(Reason.UNKNOWN_KEY)
    if not compare_digest((credential.token or "").encode(), (signature.token or "").encode()):
        raise Refusal(Reason.UNKNOWN_KEY)
    if credential.expires is not None and now > credential.expires:
        raise Refusal(Reason.TOKEN_EXPIRED)
    return credential
