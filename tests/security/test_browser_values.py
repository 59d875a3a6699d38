"""Whatever a browser sends over the websocket, pages work on, and only our log is written, without secrets."""

import json
import re
from contextlib import closing

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from components.audit import filters as audit_filters
from tests.components_found import COMPONENTS
from tests.dashboards import running_dashboard, sample_state
from tests.screens import ROOT
from tests.security.streamlit_tab import tab

BRACKETS = 20_000
SECRET = "canary-9f3b2c"
BROKEN = b"This should not have happened"
PAGES = [("home", ""), ("users", ""), ("audit", ""), ("health", ""), ("user", ""), ("import", "")]
PAGES += [("settings", f"section={section}") for section in ("profile", "password", "sessions", "tokens", "appearance")]
PAGES += [("users", "page=2&role=admin"), ("audit", "audit_period=7d"), ("batch", "id=x")]
JSON = {
    "a list": f'["{SECRET}"]',
    "a mapping": f'{{"a": "password={SECRET}"}}',
    "known fields": '{"opened": {"a": 1}, "selected": 1, "done": ["x"], "asked": 7, "chosen": "x"}',
    "ticks of a wrong type": '{"selected": {"revision": "0.0", "ids": [{"a": 1}]}}',
    "a number": "7",
    "not a number": '{"selected": NaN}',
    "a huge number": f'{{"selected": {"9" * 5_000}}}',
    "a surrogate": r'{"selected": {"revision": "\ud800", "ids": ["\ud800"]}}',
    "brackets": "[" * (BRACKETS // 2) + "]" * (BRACKETS // 2),  # all values together fit into one message
    "open brackets": "[" * BRACKETS,
    "deep": '{"selected": ' + "[" * 900 + "]" * 900 + "}",
    "text": SECRET,
    "nothing": "",
}
VALUES = {f"JSON: {name}": ("json_value", text) for name, text in JSON.items()}
VALUES |= {f"events: {name}": ("json_trigger_value", text) for name, text in JSON.items()}
VALUES |= {
    "text": ("string_value", f"password={SECRET}"),
    "a long text": ("string_value", "x" * 20_000),
    "text with NUL": ("string_value", "\0"),
    "a number": ("int_value", 7),
    "a negative number": ("int_value", -7),
    "a huge number": ("int_value", 2**62),
    "not a number": ("double_value", float("nan")),
    "true": ("bool_value", True),
    "bytes": ("bytes_value", b"\xff"),
    "texts": ("string_array_value", [SECRET, "", "2026-13-45"]),
    "no texts": ("string_array_value", []),
    "numbers": ("int_array_value", [1, -1, 2**62]),
    "decimals": ("double_array_value", [float("nan"), float("inf")]),
    "an event with text": ("string_trigger_value", SECRET),
    "no value": ("", None),
}
EVENTS = [["x"], {"a": 1}, 1, True, "", "\ud800", "\0", "x" * 20_000, {"page": ["x"]}, {"page": {"a": 1}}]
EVENTS += [{"person": 1}, {"person": "\ud800"}, {"uploadId": 1, "fileName": []}, {"page": "users", "query": {"a": 1}}]
EVENTS += [{"page": "users", "query": "id=%00%ff&id"}, {"person": "\0"}, {"revision": 1, "ids": "x"}]
NO_TEXT = BackMsg(rerun_script={"query_string": "text"}).SerializeToString().replace(b"text", b"\xff\xfe\xfd\xfc")
FRAMES = {"random": b"\xff" * 9, "cut off": b"\x0a", "brackets": b"[" * BRACKETS, "no UTF-8": NO_TEXT}


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory):
    state = tmp_path_factory.mktemp("values") / "state"
    with running_dashboard(state, like=sample_state(tmp_path_factory)) as running:
        yield running


@pytest.fixture(scope="module")
def cookie(dashboard):
    with closing(dashboard.signed_in("admin")) as client:
        yield "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)


@pytest.fixture
def written(dashboard):
    """What the dashboard process writes during this test: standard output and standard error."""
    before = len(dashboard.said)
    return lambda: dashboard.said[before:]


@pytest.fixture
def only_our_log(written):
    """At the end of the test, every line that was written is a line of our log, without secrets and tracebacks."""
    yield written
    lines = [json.loads(line) for line in written().splitlines()]
    assert not [line for line in lines if "traceback" in line or line["level"] in {"error", "critical"}]
    assert not [line for line in lines if not {"time", "level", "logger", "message"} <= line.keys()]
    assert SECRET not in written()


def state(widget, field, value):
    """A widget's state, with `value` in a field of the protocol, which may be the wrong one for this widget."""
    sent = WidgetState(id=widget)
    match field:
        case "":
            pass
        case "string_trigger_value":
            sent.string_trigger_value.data = value
        case _ if field.endswith("array_value"):
            getattr(sent, field).SetInParent()
            getattr(sent, field).data.extend(value)
        case _:
            setattr(sent, field, value)
    return sent


def events_of(widget):
    """The ID under which Streamlit keeps the events of a component."""
    return f"$$STREAMLIT_INTERNAL_KEY_{widget}__events"


def event(widget, name, value):
    return state(events_of(widget), "json_trigger_value", json.dumps([{"event": name, "value": value}]))


@pytest.mark.parametrize(("page", "query"), PAGES, ids=str)
def test_a_value_that_no_widget_sends_breaks_no_page(dashboard, cookie, only_our_log, page, query):
    with tab(dashboard, cookie=cookie) as opened:
        opened.open(page, query)
        for name, (field, value) in VALUES.items():
            ids = [*opened.drawn, *map(events_of, opened.drawn)]
            assert BROKEN not in opened.open(page, query, [state(each, field, value) for each in ids]), name
            assert BROKEN not in opened.open(page, query), name
            assert opened.drawn, name
    assert "refused" in only_our_log()


@pytest.mark.parametrize("name", [name for name, each in COMPONENTS.items() if each.model.model_fields])
def test_an_event_of_a_wrong_type_breaks_no_page(dashboard, cookie, only_our_log, name):
    with tab(dashboard, cookie=cookie) as opened:
        page, query = next(at for at in PAGES if opened.open(*at) and name in opened.drawn.values())
        for field in [*COMPONENTS[name].model.model_fields, "unknown"]:
            for value in EVENTS:
                if name not in opened.drawn.values():
                    opened.open(page, query)  # a valid event has led to another page
                (widget, *_) = (each for each, kind in opened.drawn.items() if kind == name)
                answer = opened.open(page, query, [event(widget, field, value)])
                assert BROKEN not in answer, (field, value)
    assert "invalid value" in only_our_log()


def test_a_value_is_refused_once_and_not_logged(dashboard, cookie, only_our_log):
    with tab(dashboard, cookie=cookie) as opened:
        for _ in range(3):
            opened.open("users")
            (widget,) = (each for each, kind in opened.drawn.items() if kind == "operations_table")
            opened.open("users", "", [event(widget, "opened", {"a": SECRET})])
    (line,) = map(json.loads, only_our_log().splitlines())
    assert (line["level"], line["component"], line["field"]) == ("warning", "operations_table", "opened")


def test_a_valid_event_still_does_its_work(dashboard, cookie, only_our_log):
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        (widget,) = (each for each, kind in opened.drawn.items() if kind == "operations_table")
        assert b"select_every" in opened.open(
            "users", "", [state(widget, "json_value", '{"selected": {"revision": "0.0", "ids": ["some-id"]}}')]
        )
    assert not only_our_log()


def test_values_of_unknown_widgets_are_left_aside(dashboard, cookie, only_our_log):
    strangers = ["x", "", "$$", "$$ID-0-users_table", "$$STREAMLIT_INTERNAL_KEY_x__events", "\0", "users_table"]
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        for field, value in VALUES.values():
            assert BROKEN not in opened.open("users", "", [state(each, field, value) for each in strangers])
        opened.open("users")
        assert "operations_table" in opened.drawn.values()
    lines = [json.loads(line) for line in only_our_log().splitlines()]
    assert [line["count"] for line in lines] == [5] * len(VALUES)


def test_values_sent_before_the_widgets_exist_break_no_page(dashboard, cookie, only_our_log):
    """A browser that reconnects sends them with its first message."""
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        ids = [*opened.drawn, *map(events_of, opened.drawn)]
    for name, (field, value) in VALUES.items():
        with tab(dashboard, cookie=cookie) as opened:
            assert BROKEN not in opened.open("users", "", [state(each, field, value) for each in ids]), name
            assert opened.drawn, name
    assert "refused" in only_our_log()


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_frame_that_is_no_message_ends_the_connection_and_nothing_else(dashboard, cookie, only_our_log, frame):
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        with pytest.raises(ConnectionClosed) as closed:
            opened.send(frame)
        assert closed.value.rcvd.code == 1002
    with tab(dashboard, cookie=cookie) as opened:
        assert BROKEN not in opened.open("users")
    (line,) = map(json.loads, only_our_log().splitlines())
    assert line["message"] == "a websocket frame was refused"


@pytest.mark.parametrize(
    "kind",
    [
        "load_git_info",
        "clear_cache",
        "set_run_on_save",
        "debug_shutdown_runtime",
        "debug_disconnect_websocket",
        "file_urls_request",
        "backend_operation_request",
        "",
    ],
)
def test_messages_that_no_page_needs_are_not_answered(dashboard, cookie, only_our_log, kind):
    message = BackMsg()
    if kind.endswith("request"):
        getattr(message, kind).SetInParent()
    elif kind:
        setattr(message, kind, True)
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        opened.socket.send(message.SerializeToString())
        answer = opened.open("users")  # messages are answered in their order
        assert BROKEN not in answer
        assert not {"git_info_changed", "file_urls_response", "backend_operation_response"} & opened.came
    (line,) = map(json.loads, only_our_log().splitlines())
    assert line["kind"] == (kind or "nothing")


def parameters():
    """The names that a page may read from the address: texts of our sources that have the form of one."""
    text = " ".join(path.read_text() for folder in ("components", "pages") for path in (ROOT / folder).rglob("*.py"))
    fixed = {"id", "raw", "table", "bucket", "section", *(f"audit_{name}" for name in audit_filters.NAMES)}
    return sorted(fixed | set(re.findall(r'"((?:users|user|batch|jobs)_\w+)"', text)))


ADDRESSES = ["", "%00", "%ED%A0%80", "x" * 5_000, "[]", "-1", "9" * 30, "%C2%B2", "%D9%A3", "2026-13-45", "0001-01-01"]
ADDRESSES += ["9999-12-31", "1", "../x", "%27%22%3E", "%F0%9F%92%A9"]


@pytest.mark.usefixtures("only_our_log")
@pytest.mark.parametrize("value", ADDRESSES, ids=lambda value: value[:20] or "nothing")
def test_an_address_of_any_form_breaks_no_page(dashboard, cookie, value):
    query = "&".join(f"{name}={value}&{name}=x" for name in parameters())
    with tab(dashboard, cookie=cookie) as opened:
        for page in dict(PAGES):
            assert BROKEN not in opened.open(page, query), page
            assert opened.drawn, page


@pytest.mark.usefixtures("only_our_log")
@pytest.mark.parametrize(
    "zone", ["x", "\0", "../../etc/passwd", "/etc/passwd", "Europe", "x" * 5_000, "..", "Europe/\u2028"]
)
def test_a_browser_in_no_known_time_zone_gets_its_pages(dashboard, cookie, zone):
    with tab(dashboard, cookie=cookie) as opened:
        for page in dict(PAGES):
            assert BROKEN not in opened.open(
                page, "audit_from=2026-01-01", timezone=zone, color_scheme=zone, locale=zone
            )


@pytest.mark.usefixtures("only_our_log")
@pytest.mark.parametrize(
    "url", ["http://[", "//", "\0", "x" * 5_000, "http://a:b/c", "javascript:alert(1)", "http://℀/"]
)
def test_the_end_of_a_session_is_explained_whatever_url_the_browser_names(dashboard, url):
    with closing(dashboard.signed_in("user")) as client:
        cookie = "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)
        with tab(dashboard, cookie=cookie) as opened:
            opened.open("home", url=url)
            client.post("/sign-out")
            answer = opened.open("home", url=url)
    assert b"Your session has ended" in answer
    assert BROKEN not in answer
    assert b"javascript:" not in answer.partition(b"Your session has ended")[2]


@pytest.mark.usefixtures("only_our_log")
@pytest.mark.parametrize("field", ["page_name", "page_script_hash", "fragment_id"])
@pytest.mark.parametrize("value", ["x", "\0", "../x", "x" * 100_000, "$$ID"], ids=lambda value: repr(value)[:9])
def test_a_request_for_what_does_not_exist_breaks_no_tab(dashboard, cookie, field, value):
    message = BackMsg(rerun_script={field: value, "cached_message_hashes": [value], "is_auto_rerun": True})
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        opened.socket.send(message.SerializeToString())
        if field != "fragment_id":  # Streamlit does not answer for a fragment that is gone
            opened.until_finished()
        assert BROKEN not in opened.open("users")


DIALOGS = [("user", "edit", "go_edit"), ("user", "danger_open", ""), ("user", "act_link", "")]
DIALOGS += [("user", "danger_out", ""), ("user", "raw_open", ""), ("settings", "add_token", "go_new_token")]
DIALOGS += [("users", "add_person", "go_new_person")]
DIALOGS += [("users", f"bulk_{field}", "go_bulk_preview") for field in ("role", "manager_id", "department", "status")]


@pytest.fixture(scope="module")
def target(dashboard):
    """The ID of a user that a test may change."""
    with closing(dashboard.signed_in("admin")) as client:
        body = {"email": "forged@northwind.example", "username": "forged", "role": "user"}
        return client.post("/api/users", json=body).json()["user"]["userId"]


def keyed(opened, key):
    """The ID of the widget that the last run drew under this key."""
    return next(each for each in opened.drawn if each.endswith(f"-{key}"))


def dialog_of(opened, target, page, button):
    """Open a dialog by its button; return where it is open."""
    query = {"user": f"id={target}", "settings": "section=tokens", "users": ""}[page]
    ids = json.dumps({"selected": {"revision": "0.0", "ids": [target, "x", "\n"]}})
    opened.open(page, query)
    ticks = [state(keyed(opened, "users_table"), "json_value", ids)] if button.startswith("bulk_") else []
    opened.open(page, query, ticks)
    before = set(opened.drawn)
    opened.open(page, query, [*ticks, state(keyed(opened, button), "trigger_value", True)])
    assert set(opened.drawn) - before or button == "raw_open"  # which draws no widget
    return page, query


@pytest.mark.parametrize("dialog", DIALOGS, ids=lambda dialog: dialog[1])
def test_a_value_that_no_widget_sends_breaks_no_dialog(dashboard, cookie, only_our_log, target, dialog):
    with tab(dashboard, cookie=cookie) as opened:
        at = dialog_of(opened, target, *dialog[:2])
        for name, (field, value) in VALUES.items():
            assert BROKEN not in opened.open(*at, [state(each, field, value) for each in opened.drawn]), name
    assert "refused" in only_our_log()


@pytest.mark.parametrize("dialog", [each for each in DIALOGS if each[2]], ids=lambda dialog: dialog[1])
def test_a_choice_that_was_not_offered_breaks_no_act(dashboard, cookie, only_our_log, target, dialog):
    with tab(dashboard, cookie=cookie) as opened:
        at = dialog_of(opened, target, *dialog[:2])
        sent = [state(each, "string_value", "zzz") for each in opened.drawn if not each.endswith("-section")]
        act = state(keyed(opened, dialog[2]), "trigger_value", True)
        assert BROKEN not in opened.open(*at, [*sent, act])
        assert BROKEN not in opened.open(*at)
    assert only_our_log
