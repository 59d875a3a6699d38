"""The websockets of a real dashboard: what they carry, and what closes them."""

from contextlib import closing

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed

from data.web.sockets import MOST, MOST_WITHOUT_USER
from tests.dashboards import ROOT
from tests.security.streamlit_tab import PATIENCE, tab

PAGES = ("", "users", "audit", "health", "settings", "import")
NOT_BINARY, TOO_MUCH = 1003, 1009


@pytest.fixture(scope="module")
def server():
    """The section of the server in the configuration, in megabytes where it states sizes."""
    import tomllib  # noqa: PLC0415

    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]


@pytest.fixture(scope="module")
def admin(dashboard):
    with closing(dashboard.signed_in("admin")) as client:
        yield "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)


@pytest.fixture(scope="module")
def former(admin):
    """What the browser keeps after its session has ended."""
    return next(part for part in admin.split("; ") if "_device" in part)


def closed(dashboard, sent, cookie):
    """The code with which this text, or a message of so many bytes, closes a websocket."""
    with tab(dashboard, cookie=cookie) as one:
        try:
            one.socket.send(sent if isinstance(sent, str) else bytes(sent))
            while True:
                one.socket.recv(PATIENCE)
        except ConnectionClosed as end:
            return end.rcvd.code


def largest(dashboard, cookie, page, query=""):
    """The size of the largest message that a page sends."""
    with tab(dashboard, cookie=cookie) as one:
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
        one.socket.send(asked.SerializeToString())
        sizes = []
        while True:
            data = one.socket.recv(PATIENCE)
            sizes.append(len(data))
            if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
                return max(sizes)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_needs_messages_near_the_limit(dashboard, admin, server, page):
    query = "users_size=100&users_status=all" if page == "users" else ""
    assert largest(dashboard, admin, page, query) < server["maxMessageSize"] * 500_000


def test_a_message_above_the_limit_closes_the_websocket(dashboard, admin, server):
    assert closed(dashboard, MOST + 1, admin) == TOO_MUCH
    assert closed(dashboard, server["maxMessageSize"] * 1_000_000 + 1, admin) == TOO_MUCH


def test_a_browser_without_a_session_sends_less(dashboard, former):
    assert closed(dashboard, MOST_WITHOUT_USER + 1, former) == TOO_MUCH


def test_the_limit_of_streamlit_is_that_of_the_gate(server):
    assert server["maxWidgetStateSize"] * 1_000_000 == MOST


def test_the_dashboard_says_nothing_of_a_closed_websocket(dashboard, admin):
    before = dashboard.said
    assert closed(dashboard, MOST + 1, admin) == TOO_MUCH
    assert closed(dashboard, "text", admin) == NOT_BINARY
    assert "Traceback" not in dashboard.said[len(before) :]
