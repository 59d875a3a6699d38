"""No body is larger than its route can need, however it is sent, and none is collected to find that out."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

MOST: Final = 64 * 1024
MOST_PICTURE: Final = 7 * 1024 * 1024
PICTURE: Final = ("POST", "/api/settings/profile-picture")


class TooLarge(HTTPException):
    def __init__(self, most: int) -> None:
        super().__init__(413, f"This is larger than the {most // 1024} KB that can be sent here.")


def most_of(scope: Scope) -> int:
    """How many bytes a request may carry."""
    return MOST_PICTURE if (scope.get("method"), scope["path"]) == PICTURE else MOST


def at_most(receive: Receive, most: int) -> Receive:
    """`receive`, which raises TooLarge as soon as more has come."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise TooLarge(most)
        return message

    return counted
