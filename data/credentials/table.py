"""How what people sign in with lies in `api-dashboard`.

| item                               | key                                                  |
|------------------------------------|------------------------------------------------------|
| sign-in record, claim on the name  | USER#{username} / PROFILE                            |
| claim on an e-mail                 | EMAIL#{folded} / CLAIM                               |
| set-password link                  | RESET#{sha256 of its secret} / RESET, TTL            |
| failures of an identifier          | ATTEMPTS#account#{sha256 of it} / ALL or DEVICE#…    |
| failures of an address             | ATTEMPTS#address#{address} / {start of 2 minutes}    |
| notices about a limited address    | ATTEMPTS#address#{address} / ALERT or RECORD#{orgId} |

Identifiers are hashed in counters: people type passwords into the wrong field.
"""

from hashlib import sha256
from typing import Final

from data.aws.tables import Key

ALL: Final = "ALL"


def digest(secret: str) -> str:
    """What is stored in place of a secret of 256 bits."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def sign_in_key(username: str) -> Key:
    return {"PK": f"USER#{username}", "SK": "PROFILE"}


def claim_key(folded_email: str) -> Key:
    return {"PK": f"EMAIL#{folded_email}", "SK": "CLAIM"}


def reset_key(secret_sha256: str) -> Key:
    return {"PK": f"RESET#{secret_sha256}", "SK": "RESET"}


def account_key(identifier: str, device: str | None = None) -> Key:
    """`device`: the identifier of a browser in which this account signed in before."""
    return {"PK": f"ATTEMPTS#account#{digest(identifier)}", "SK": f"DEVICE#{device}" if device else ALL}


def address_key(address: str, window: int) -> Key:
    return {"PK": f"ATTEMPTS#address#{address}", "SK": f"{window:012d}"}


def notice_key(address: str, notice: str) -> Key:
    return {"PK": f"ATTEMPTS#address#{address}", "SK": notice}
