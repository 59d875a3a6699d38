"""Refuse websocket messages that no page of ours sends.

Streamlit also accepts messages that no page of ours needs: one shows the names of files in the Git repository, another
clears caches that all users share. A value under an ID that it did not make breaks every page that reads the state of
all widgets. The gate has refused text frames.
"""

import logging
from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state.common import is_element_id
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

from components.frame.script_turns import ScriptTurns, Turn

RERUN: Final = "rerun_script"
NEEDED: Final = frozenset({RERUN, "stop_script", "app_heartbeat"})
INTERNAL: Final = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_"
PROTOCOL_ERROR: Final = 1002
log = logging.getLogger(__name__)


class WebsocketFrames:
    """ASGI middleware that hands on only binary frames with a message that our pages need, in turns."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._turns = app, ScriptTurns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        actor = scope.get("actor")
        turn = self._turns.of(actor.user_id if actor else scope.get("former_user", ""))
        connection = _Connection(receive, send, turn)
        try:
            await self._app(scope, connection.receive, connection.send)
        finally:
            turn.give_back()


class _Connection:
    def __init__(self, receive: Receive, send: Send, turn: Turn) -> None:
        self._receive, self._send, self._turn, self._closed = receive, send, turn, False

    async def receive(self) -> Message:
        """Return the next message that is acceptable. Close the connection after a frame that is no message."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            sent = _parse(message)
            if sent is None:
                log.warning("a websocket frame was refused")
                return await self._close()
            if (kind := sent.WhichOneof("type") or "nothing") in NEEDED:
                if kind == RERUN:
                    await self._turn.take()
                return {**message, "bytes": sent.SerializeToString()} if _drop_foreign_ids(sent) else message
            log.warning("a websocket message was refused", extra={"kind": kind})

    async def send(self, message: Message) -> None:
        """Send, unless this side has closed the connection: Streamlit may learn of that later."""
        self._turn.note_sent(message)
        if not self._closed:
            await self._send(message)

    async def _close(self) -> Message:
        self._closed = True
        await self._send({"type": "websocket.close", "code": PROTOCOL_ERROR})
        return {"type": "websocket.disconnect", "code": PROTOCOL_ERROR}


def _parse(message: Message) -> BackMsg | None:
    try:
        sent: BackMsg = BackMsg.FromString(message["bytes"])
    except DecodeError:
        return None
    return sent


def _drop_foreign_ids(sent: BackMsg) -> int:
    """Remove the values of widgets with IDs that Streamlit cannot have made, and return how many."""
    widgets = sent.rerun_script.widget_states.widgets
    known = [each for each in widgets if is_element_id(each.id) or each.id.startswith(INTERNAL)]
    if foreign := len(widgets) - len(known):
        log.warning("widget values under unknown IDs were refused", extra={"count": foreign})
        kept = WidgetStates(widgets=known)
        sent.rerun_script.widget_states.CopyFrom(kept)
    return foreign
