"""ASGI types and helpers that the modules of the emulator share."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from data.emulator.refusals import Reason, Refusal

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
HeaderPairs = list[tuple[bytes, bytes]]
DISCONNECT: Final = "http.disconnect"


async def answer(send: Send, status: int, text: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Send a complete response."""
    body = text.encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


async def read_body(receive: Receive, most_bytes: int) -> bytes:
    """Return the whole body of a request.

    Raises:
        Refusal: the body is larger than `most_bytes`, or the client disconnected before its end.
    """
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == DISCONNECT:
            raise Refusal(Reason.INCOMPLETE)
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > most_bytes:
            raise Refusal(Reason.TOO_LARGE)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def replay(body: bytes, receive: Receive, *, more: bool = False) -> Receive:
    """Return a `receive` that hands out `body` first, and then what `receive` hands out."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": more}]

    async def replaying() -> Message:
        return first.pop() if first else await receive()

    return replaying


def content_length(scope: Scope) -> int | None:
    """Return the length that the request declares; None without exactly one valid Content-Length header."""
    declared = [value for name, value in scope["headers"] if name.lower() == b"content-length"]
    return int(declared[0]) if len(declared) == 1 and declared[0].isdigit() else None
