"""Whatever a browser sends over the websocket, pages work on, and only our log is written, without secrets."""

import json
from contextlib import closing

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.components_found import COMPONENTS
from tests.security.sent import BRACKETS, BROKEN, PAGES, SECRET
from tests.security.streamlit_tab import tab

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
DIALOGS = [("user", "edit", "go_edit"), ("user", "danger_open", ""), ("user", "act_link", "")]
DIALOGS += [("user", "danger_out", ""), ("user", "raw_open", ""), ("settings", "add_token", "go_new_token")]
DIALOGS += [("users", "add_person", "go_new_person")]
DIALOGS += [("users", f"bulk_{field}", "go_bulk_preview") for field in ("role", "manager_id", "department", "status")]


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


def test_a_value_that_no_widget_sends_breaks_no_page(dashboard, cookie, only_our_log):
    broken = []
    for page, query in PAGES:
        before = len(only_our_log())
        with tab(dashboard, cookie=cookie) as opened:
            broken += [(page, query, name) for name in broken_by_values(opened, page, query)]
        assert "refused" in only_our_log()[before:], (page, query)
    assert broken == []


def broken_by_values(opened, page, query):
    """Send every value for every widget of a page; return the names of those that break it, then or afterwards."""
    broken = []
    opened.open(page, query)
    for name, (field, value) in VALUES.items():
        ids = [*opened.drawn, *map(events_of, opened.drawn)]
        answers = [opened.open(page, query, [state(each, field, value) for each in ids]), opened.open(page, query)]
        if any(BROKEN in answer for answer in answers) or not opened.drawn:
            broken.append(name)
    return broken


def test_an_event_of_a_wrong_type_breaks_no_page(dashboard, cookie, only_our_log):
    broken = []
    for name in (name for name, each in COMPONENTS.items() if each.model.model_fields):
        before = len(only_our_log())
        with tab(dashboard, cookie=cookie) as opened:
            broken += [(name, *each) for each in broken_by_events(opened, name)]
        assert "invalid value" in only_our_log()[before:], name
    assert broken == []


def broken_by_events(opened, name):
    """Send every event for every field of a component; return those that break the page."""
    page, query = next(at for at in PAGES if opened.open(*at) and name in opened.drawn.values())
    broken = []
    for field in [*COMPONENTS[name].model.model_fields, "unknown"]:
        for value in EVENTS:
            if name not in opened.drawn.values():
                opened.open(page, query)  # a valid event has led to another page
            (widget, *_) = (each for each, kind in opened.drawn.items() if kind == name)
            if BROKEN in opened.open(page, query, [event(widget, field, value)]):
                broken.append((field, value))
    return broken


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


def test_a_value_that_no_widget_sends_breaks_no_dialog(dashboard, cookie, only_our_log, target):
    broken = []
    for dialog in DIALOGS:
        before = len(only_our_log())
        with tab(dashboard, cookie=cookie) as opened:
            at = dialog_of(opened, target, *dialog[:2])
            for name, (field, value) in VALUES.items():
                if BROKEN in opened.open(*at, [state(each, field, value) for each in opened.drawn]):
                    broken.append((dialog, name))
        assert "refused" in only_our_log()[before:], dialog
    assert broken == []


@pytest.mark.usefixtures("only_our_log")
def test_a_choice_that_was_not_offered_breaks_no_act(dashboard, cookie, target):
    broken = []
    for dialog in (each for each in DIALOGS if each[2]):
        with tab(dashboard, cookie=cookie) as opened:
            at = dialog_of(opened, target, *dialog[:2])
            sent = [state(each, "string_value", "zzz") for each in opened.drawn if not each.endswith("-section")]
            act = state(keyed(opened, dialog[2]), "trigger_value", True)
            if BROKEN in opened.open(*at, [*sent, act]) or BROKEN in opened.open(*at):
                broken.append(dialog)
    assert broken == []
