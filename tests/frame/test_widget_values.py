"""On a version of Streamlit that reads widget values in another way, these tests fail."""

import logging
from types import SimpleNamespace

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState, WStates

from components.frame.widget_values import DEEPEST, READ, refuse_unreadable

WIDGET = "$$ID-0-field"


@pytest.fixture(autouse=True)
def guarded(monkeypatch):
    monkeypatch.setattr(WStates, READ, getattr(WStates, READ))
    refuse_unreadable()


def held(value_type, sent, read=lambda value: "without input" if value is None else value):
    """A session that got `sent` for a widget of this type."""
    session = SessionState()
    session._set_widget_metadata(WidgetMetadata(WIDGET, read, lambda value: value, value_type))  # noqa: SLF001
    session.set_widgets_from_proto(SimpleNamespace(widgets=[sent], ByteSize=lambda: 0))
    return session


@pytest.mark.parametrize(
    ("value_type", "sent", "reason"),
    [
        ("bool_value", WidgetState(id=WIDGET, string_value="x"), "string_value for bool_value"),
        ("json_value", WidgetState(id=WIDGET, json_value="{"), "JSONDecodeError"),
        ("json_value", WidgetState(id=WIDGET, json_value="[" * 20_000), "RecursionError"),
        ("json_value", WidgetState(id=WIDGET, json_value="9" * 5_000), "ValueError"),
        ("json_value", WidgetState(id=WIDGET, json_value="[" * 99 + "]" * 99), "nested too deeply"),
        ("json_value", WidgetState(id=WIDGET, json_value='{"a":' * 99 + "1" + "}" * 99), "nested too deeply"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_once(caplog, value_type, sent, reason):
    session = held(value_type, sent)
    with caplog.at_level(logging.WARNING):
        assert session[WIDGET] == session[WIDGET] == "without input"
        session._compact_state()  # noqa: SLF001 - as the next run begins
        assert session[WIDGET] == "without input"
    (record,) = caplog.records
    assert (record.widget, record.reason) == ("field", reason)


def test_a_value_that_the_widget_itself_cannot_read_is_refused(caplog):
    session = held("string_value", WidgetState(id=WIDGET, string_value="x"), lambda value: {None: 0}[value])
    with caplog.at_level(logging.WARNING):
        assert session[WIDGET] == 0
    assert [record.reason for record in caplog.records] == ["KeyError"]


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (WidgetState(id=WIDGET, json_value='{"a": [1]}'), {"a": [1]}),
        (WidgetState(id=WIDGET, json_value="[" * DEEPEST + "]" * DEEPEST), None),
    ],
)
def test_a_value_that_the_widget_can_send_is_read(caplog, sent, value):
    session = held("json_value", sent)
    assert session[WIDGET] == value if value else session[WIDGET] != "without input"
    assert not caplog.records


def test_a_cleared_widget_still_accepts_only_its_own_type(caplog):
    session = held("bool_value", WidgetState(id=WIDGET))
    assert session[WIDGET] == "without input"
    session.set_widgets_from_proto(
        SimpleNamespace(widgets=[WidgetState(id=WIDGET, string_value="x")], ByteSize=lambda: 0)
    )
    with caplog.at_level(logging.WARNING):
        assert session[WIDGET] == "without input"
    assert len(caplog.records) == 1


def test_values_are_guarded_once():
    before = getattr(WStates, READ)
    refuse_unreadable()
    assert getattr(WStates, READ) is before
