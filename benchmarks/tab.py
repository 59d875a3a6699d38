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
    """One run of the page's script: milliseconds from the click to its end, bytes sent, whether it ran to its end.

    `said`: the HTML that was sent, without what the tab had already.
    """

    milliseconds: float
    size: int
    finished: bool
    said: str


class Tab:
    """One person's tab at `path`. Each `click` runs the page's script once, as a click on any widget does.

    The first click on a path is what opening it is; after `goes`, it is what following a link is.
    """

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

    def goes(self, path: str, query: str = "") -> Answer:
        """Follow a link to another page."""
        self._path, self._hash = path.strip("/"), ""
        return self.click(query)

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
        size, status, said = self._until_done()
        milliseconds = (time.perf_counter() - began) * 1000
        return Answer(milliseconds, size, status == ForwardMsg.FINISHED_SUCCESSFULLY, said)

    def _until_done(self) -> tuple[int, int, str]:
        size, said = 0, []
        while True:
            raw = self._socket.recv(PATIENCE)
            size += len(raw)
            message = ForwardMsg.FromString(raw if isinstance(raw, bytes) else raw.encode())
            kind = message.WhichOneof("type")
            if message.metadata.cacheable:
                self._cached.add(message.hash)
            if kind == "delta":
                said.append(message.delta.new_element.html.body)
            elif kind == "navigation":
                self._hash = message.navigation.page_script_hash
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return size, message.script_finished, "".join(said)
