"""Limits for websockets: the size of what browsers send, and how many are open without a user who is signed in.

A browser whose session has ended gets a websocket, so that its page can say so. It needs little, and nothing else.
"""

import math
from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The largest messages hold the rows that a user selected, at 40 bytes each. As `server.maxWidgetStateSize` in
# .streamlit/config.toml. The server itself closes at `server.maxMessageSize`, before a message is complete.
MOST: Final = 1_000_000  # bytes in one message
MOST_WITHOUT_USER: Final = 64 * 1024  # bytes in all
PER_USER: Final = 4  # without a session: several tabs of one browser
TOTAL: Final = 40
NOT_BINARY: Final = 1003  # codes of RFC 6455, 7.4.1
REFUSED: Final = 1008
TOO_MUCH: Final = 1009
NO_MORE: Final = 1013


class Sockets:
    """Stands before the pages. The gate has put `actor` on the scope, and for a browser without one `former_user`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()  # without an actor, by the user who signed in before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["actor"]:
            limited = Limited(receive, send, each=MOST, total=math.inf)
            await self._app(scope, limited.receive, limited.send)
            return
        user_id: str = scope.get("former_user", "")
        if refusal := self._refusal(user_id):
            await send({"type": "websocket.close", "code": refusal})
            return
        self._open[user_id] += 1
        try:
            limited = Limited(receive, send, each=MOST_WITHOUT_USER, total=MOST_WITHOUT_USER)
            await self._app(scope, limited.receive, limited.send)
        finally:
            self._open[user_id] -= 1
            self._open += Counter()  # drops what is zero

    def _refusal(self, user_id: str) -> int | None:
        if not user_id:
            return REFUSED
        return NO_MORE if self._open[user_id] >= PER_USER or self._open.total() >= TOTAL else None


class Limited:
    """One websocket, closed as soon as its browser sends too much, or text: pages send bytes only."""

    def __init__(self, receive: Receive, send: Send, *, each: float, total: float) -> None:
        self._receive, self._send, self._each, self._left = receive, send, each, total
        self._closed = False

    async def receive(self) -> Message:
        """Return the next message; a disconnect in place of one that is refused."""
        message = await self._receive()
        if message.get("text") is not None:
            return await self._close(NOT_BINARY)
        size = len(message.get("bytes") or b"")
        self._left -= size
        return await self._close(TOO_MUCH) if size > self._each or self._left < 0 else message

    async def send(self, message: Message) -> None:
        """Send to the browser. Raises OSError after the close, which Starlette takes for a disconnect."""
        if self._closed:
            raise OSError("This websocket is closed.")
        await self._send(message)

    async def _close(self, code: int) -> Message:
        self._closed = True
        await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}
