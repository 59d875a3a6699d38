"""How sessions and personal tokens lie in `api-dashboard`.

| question                    | answered by                                                    |
|-----------------------------|----------------------------------------------------------------|
| whose secret is this        | SESSION#{sha256} / SESSION, TOKEN#{sha256} / TOKEN             |
| which does this person have | GSI1: USER#{userId}#SESSIONS, #PROGRAMS, #TOKENS, by creation |

A program may sign in every second, so what the API's sign-in leaves behind lies apart from the sessions of browsers.
The cookie is `{userId}.{secret}`, a personal token `{tokenId}.{userId}.{secret}`: the key of the user is
in them too, so both are one consistent read. Of the secret only its SHA-256 is stored.
"""

from typing import Final

from data.aws.tables import Key

SESSION: Final = "SESSION"
API_SESSION: Final = "PROGRAM"  # where it is listed
TOKEN: Final = "TOKEN"  # noqa: S105 - the name of a kind of item


def access_key(kind: str, secret_sha256: str) -> Key:
    return {"PK": f"{kind}#{secret_sha256}", "SK": kind}


def partition_of(kind: str, user_id: str) -> str:
    """`kind`: also API_SESSION."""
    return f"USER#{user_id}#{kind}S"
