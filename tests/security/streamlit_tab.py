"""A tab of Streamlit without a browser: the websocket that its page opens, spoken by hand."""

from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

PATIENCE = 60


class Tab:
    def __init__(self, socket):
        self.socket = socket
        self.session_id = ""
        self.drawn = {}  # of the last run: widget ID → kind of element, or name of the component
        self.came = set()  # of the last run: the types of all messages

    def open(self, page="", query="", widgets=(), **context):
        """Ask for a page and return all that comes, as bytes, until the script has ended.

        `widgets` are the WidgetStates that the browser sends with the request, `context` what it says of itself.
        """
        asked = BackMsg(rerun_script={"context_info": context} if context else {})
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        asked.rerun_script.widget_states.widgets.extend(widgets)
        return self.send(asked.SerializeToString())

    def send(self, frame):
        """Send a frame as it is, bytes or text; return all that comes until the script has ended."""
        self.socket.send(frame)
        return self.until_finished()

    def until_finished(self):
        came, self.drawn, self.came = b"", {}, set()
        while True:
            data = self.socket.recv(PATIENCE)
            came += data
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") == "new_session":
                self.session_id = message.new_session.initialize.session_id
            self._note(message)
            if message.WhichOneof("type") == "script_finished":
                return came

    def _note(self, message):
        self.came.add(message.WhichOneof("type"))
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        kind = message.delta.new_element.WhichOneof("type")
        element = getattr(message.delta.new_element, kind)
        if widget := getattr(element, "id", ""):
            self.drawn[widget] = getattr(element, "component_name", kind)


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
