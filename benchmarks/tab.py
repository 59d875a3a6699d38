"""An open tab without a browser: speaks Streamlit's websocket, so that what is measured is the server."""

import time
from dataclasses import dataclass
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60


@dataclass(frozen=True)
class Answer:
    """One run of the page's script: milliseconds from the click to its end, bytes sent, the last message of it."""

    milliseconds: float
    size: int
    finished: bool


class Tab:
    """One person's tab at `path`. Each `click` runs the page's script once, as a click on any widget does."""

    def __init__(self, url: str, path: str = "", *, cookie: str = "") -> None:
        self._path = path.strip("/")
        headers = {"Origin": url} | ({"Cookie": cookie} if cookie else {})
        self._socket: ClientConnection = connect(
            url.replace("http", "ws", 1) + "/_stcore/stream",
            additional_headers=headers,
            subprotocols=["streamlit", "bench"],  # type: ignore[list-item]
            max_size=None,
            proxy=None,
            compression=None,
        )
        self._hash = ""
        self._cached: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def click(self, query: str = "") -> Answer:
        message = BackMsg()
        message.rerun_script.query_string = query
        if self._hash:
            message.rerun_script.page_script_hash = self._hash
        else:
            message.rerun_script.page_name = self._path
        message.rerun_script.cached_message_hashes.extend(self._cached)  # as a browser does, for large messages
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        size, status = self._until_done()
        return Answer((time.perf_counter() - began) * 1000, size, status == ForwardMsg.FINISHED_SUCCESSFULLY)

    def _until_done(self) -> tuple[int, int]:
        size = 0
        while True:
            raw = self._socket.recv(PATIENCE)
            size += len(raw)
            message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            kind = message.WhichOneof("type")
            if message.metadata.cacheable:
                self._cached.add(message.hash)
            if kind == "navigation":
                self._hash = message.navigation.page_script_hash
            elif kind == "script_finished":
                return size, message.script_finished
