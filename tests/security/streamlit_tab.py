"""A tab of Streamlit without a browser: the websocket that its page opens, spoken by hand."""

from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

PATIENCE = 60


class Tab:
    def __init__(self, socket):
        self._socket = socket
        self.session_id = ""

    def open(self, page="", query=""):
        """Ask for a page and return all that comes, as bytes, until the script has ended."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        self._socket.send(asked.SerializeToString())
        return self.until_finished()

    def until_finished(self):
        came = b""
        while True:
            data = self._socket.recv(PATIENCE)
            came += data
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "new_session":
                self.session_id = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return came


@contextmanager
def tab(dashboard, *, cookie="", resume="", origin=None, host="", **headers):
    """An open tab. `resume`: the Streamlit session id that is asked for. Raises InvalidStatus where it is refused."""
    protocols = ["streamlit", "no-token", *([resume] if resume else [])]
    sent = {"Cookie": cookie} if cookie else {}
    sent |= {"Host": host} if host else {}
    with connect(
        f"ws://127.0.0.1:{dashboard.port}/_stcore/stream",
        origin=dashboard.url if origin is None else origin or None,
        subprotocols=protocols,
        additional_headers={**sent, **headers},
        proxy=None,
        max_size=None,
        user_agent_header=None,
    ) as socket:
        yield Tab(socket)


def refused(dashboard, **how):
    """Whether no websocket is opened so."""
    try:
        with tab(dashboard, **how):
            return False
    except InvalidStatus as error:
        return error.response.status_code in (401, 403, 421)
