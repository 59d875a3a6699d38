"""What the OpenID provider says of a person, believed only as far as it is signed, ours, and of this moment."""

import hmac
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import jwt

from data.core.errors import NotPermitted

ALGORITHM: Final = "RS256"  # the one that every OpenID provider has; no other is tried
REQUIRED: Final = ("exp", "iat", "sub", "aud", "iss", "nonce")
LEEWAY: Final = timedelta(seconds=60)  # between the provider's clock and ours
UNTRUSTED: Final = "The company account's answer could not be trusted. Try again."
OPTIONS: Final[Any] = {  # exp and iat are compared with our own clock, below
    "require": list(REQUIRED),
    "verify_exp": False,
    "verify_iat": False,
    "enforce_minimum_key_length": True,
}

log = logging.getLogger(__name__)


def key_id(token: str) -> str | None:
    """By which key it says it is signed; None if it does not say. Raises NotPermitted for what is no token."""
    try:
        return jwt.get_unverified_header(token).get("kid")
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise untrusted(type(error).__name__) from None


def signing_keys(published: Mapping[str, Any]) -> tuple[jwt.PyJWK, ...]:
    """Those of the provider's keys that sign by our algorithm; whatever else is published there signs nothing."""
    try:
        keys = jwt.PyJWKSet.from_dict(dict(published)).keys
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return ()
    return tuple(
        key
        for key in keys
        if (key.key_type, key.algorithm_name) == ("RSA", ALGORITHM) and key.public_key_use in {None, "sig"}
    )


def chosen(keys: tuple[jwt.PyJWK, ...], kid: str | None) -> jwt.PyJWK | None:
    """The key of this name; without a name, the only one there is."""
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.key_id == kid), None)


def verified(token: str, key: jwt.PyJWK, *, issuer: str, client_id: str, nonce: str, now: float) -> Mapping[str, Any]:
    """The claims of an ID token made by `issuer`, for us, for this attempt. Raises NotPermitted for any other."""
    reader = jwt.PyJWT()
    try:
        claims = reader.decode(
            token, key, [ALGORITHM], options=OPTIONS, audience=client_id, issuer=issuer, leeway=LEEWAY
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise untrusted(type(error).__name__) from None
    wrong = [
        name
        for name, holds in (
            ("times", _timely(claims["iat"], claims["exp"], now)),
            ("nonce", hmac.compare_digest(str(claims["nonce"]).encode(errors="replace"), nonce.encode())),
            ("azp", _made_for(claims, client_id)),
        )
        if not holds
    ]
    if wrong:
        raise untrusted(", ".join(wrong))
    return claims


def untrusted(reason: str) -> NotPermitted:
    """What people are told of a token that is not as it must be; the log has why."""
    log.warning("an ID token was refused", extra={"reason": reason})
    return NotPermitted(UNTRUSTED)


def _timely(issued: object, end: object, now: float) -> bool:
    if not isinstance(issued, int | float) or not isinstance(end, int | float):
        return False
    leeway = LEEWAY.total_seconds()
    return issued - leeway <= now < end + leeway


def _made_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """Of a token for several, whether it was made for us; the others only may see it."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    return bool(claims.get("azp", None if several else client_id) == client_id)
