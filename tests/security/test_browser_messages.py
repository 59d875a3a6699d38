"""Frames, messages, addresses and descriptions of a browser that no browser sends: no page breaks."""

import json
import re
from contextlib import closing

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from data.audit.filters import AuditFilter
from data.users.filters import UserFilter
from tests.screens import ROOT
from tests.security.sent import BRACKETS, BROKEN, PAGES
from tests.security.streamlit_tab import tab

NO_TEXT = BackMsg(rerun_script={"query_string": "text"}).SerializeToString().replace(b"text", b"\xff\xfe\xfd\xfc")
FRAMES = {"random": b"\xff" * 9, "cut off": b"\x0a", "brackets": b"[" * BRACKETS, "no UTF-8": NO_TEXT}
KINDS = ("load_git_info", "clear_cache", "set_run_on_save", "debug_shutdown_runtime", "debug_disconnect_websocket")
KINDS += ("file_urls_request", "backend_operation_request", "")
ADDRESSES = ["", "%00", "%ED%A0%80", "x" * 5_000, "[]", "-1", "9" * 30, "%C2%B2", "%D9%A3", "2026-13-45", "0001-01-01"]
ADDRESSES += ["9999-12-31", "1", "../x", "%27%22%3E", "%F0%9F%92%A9"]
ZONES = ("x", "\0", "../../etc/passwd", "/etc/passwd", "Europe", "x" * 5_000, "..", "Europe/\u2028")
URLS = ("http://[", "//", "\0", "x" * 5_000, "http://a:b/c", "javascript:alert(1)", "http://℀/")
ABSENT = ("x", "\0", "../x", "x" * 100_000, "$$ID")


def test_a_frame_that_is_no_message_ends_the_connection_and_nothing_else(dashboard, cookie, only_our_log):
    for name, frame in FRAMES.items():
        with tab(dashboard, cookie=cookie) as opened:
            opened.open("users")
            with pytest.raises(ConnectionClosed) as closed:
                opened.send(frame)
            assert closed.value.rcvd.code == 1002, name
        with tab(dashboard, cookie=cookie) as opened:
            assert BROKEN not in opened.open("users"), name
    lines = [json.loads(line)["message"] for line in only_our_log().splitlines()]
    assert lines == ["a websocket frame was refused"] * len(FRAMES)


def test_messages_that_no_page_needs_are_not_answered(dashboard, cookie, only_our_log):
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        for kind in KINDS:
            opened.socket.send(message_of(kind).SerializeToString())
            answer = opened.open("users")  # messages are answered in their order
            assert BROKEN not in answer, kind
            assert not {"git_info_changed", "file_urls_response", "backend_operation_response"} & opened.came, kind
    lines = [json.loads(line)["kind"] for line in only_our_log().splitlines()]
    assert lines == [kind or "nothing" for kind in KINDS]


def message_of(kind):
    message = BackMsg()
    if kind.endswith("request"):
        getattr(message, kind).SetInParent()
    elif kind:
        setattr(message, kind, True)
    return message


def parameters():
    """Return the names that a page may read from the address: texts of our sources that have the form of one."""
    text = " ".join(path.read_text() for folder in ("components", "pages") for path in (ROOT / folder).rglob("*.py"))
    filters = [("audit", AuditFilter), ("users", UserFilter)]
    named = {f"{prefix}_{param.name}" for prefix, model in filters for param in model.params().values()}
    lists = {f"{prefix}_{name}" for prefix, _ in filters for name in ("sort", "size", "page")}
    fixed = {"id", "raw", "table", "bucket", "section"} | named | lists
    return sorted(fixed | set(re.findall(r'"((?:users|user|batch|jobs)_\w+)"', text)))


@pytest.mark.usefixtures("only_our_log")
def test_an_address_of_any_form_breaks_no_page(dashboard, cookie):
    broken = []
    for value in ADDRESSES:
        query = "&".join(f"{name}={value}&{name}=x" for name in parameters())
        with tab(dashboard, cookie=cookie) as opened:
            pages = (page for page in dict(PAGES) if BROKEN in opened.open(page, query) or not opened.drawn)
            broken += [(page, value[:20]) for page in pages]
    assert broken == []


@pytest.mark.usefixtures("only_our_log")
def test_a_browser_in_no_known_time_zone_gets_its_pages(dashboard, cookie):
    broken = []
    for zone in ZONES:
        context = {"timezone": zone, "color_scheme": zone, "locale": zone}
        with tab(dashboard, cookie=cookie) as opened:
            pages = (page for page in dict(PAGES) if BROKEN in opened.open(page, "audit_from=2026-01-01", **context))
            broken += [(page, zone[:20]) for page in pages]
    assert broken == []


@pytest.mark.usefixtures("only_our_log")
def test_the_end_of_a_session_is_explained_whatever_url_the_browser_names(dashboard):
    for url in URLS:
        with closing(dashboard.signed_in("user")) as client:
            cookie = "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)
            with tab(dashboard, cookie=cookie) as opened:
                opened.open("home", url=url)
                client.post("/sign-out")
                answer = opened.open("home", url=url)
        assert b"Your session has ended" in answer, url[:20]
        assert BROKEN not in answer, url[:20]
        assert b"javascript:" not in answer.partition(b"Your session has ended")[2]


@pytest.mark.usefixtures("only_our_log")
def test_a_request_for_what_does_not_exist_breaks_no_tab(dashboard, cookie):
    broken = []
    for field in ("page_name", "page_script_hash", "fragment_id"):
        for value in ABSENT:
            message = BackMsg(rerun_script={field: value, "cached_message_hashes": [value], "is_auto_rerun": True})
            with tab(dashboard, cookie=cookie) as opened:
                opened.open("users")
                opened.socket.send(message.SerializeToString())
                if field != "fragment_id":  # Streamlit does not answer for a fragment that no longer exists
                    opened.until_finished()
                if BROKEN in opened.open("users"):
                    broken.append((field, value[:9]))
    assert broken == []
