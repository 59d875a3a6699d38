"""Refuse widget values that a page cannot have sent.

Streamlit stores what a browser sends for a widget unread. It reads the value later: before callbacks, in the page, and
again in each later run. A value that it cannot read therefore breaks every run of the tab from then on, before our code
runs. Here such a value is replaced by the widget's value without input, and the refusal is logged without the value.
Streamlit has no public hook for this; the tests fail on a version that works differently.
"""

import logging
from collections.abc import Iterable
from typing import Any, Final

from streamlit.runtime.state.common import WidgetMetadata, user_key_from_element_id
from streamlit.runtime.state.session_state import Serialized, Value, WStates

DEEPEST: Final = 16  # levels of JSON; our components send at most four
READ: Final = "__getitem__"
log = logging.getLogger(__name__)


def refuse_unreadable() -> None:
    """Check each widget value when Streamlit reads it first. A second call changes nothing."""
    original = getattr(WStates, READ)
    if hasattr(original, "original"):
        return

    def read(states: WStates, widget: str) -> Any:
        stored, metadata = states.states.get(widget), states.widget_metadata.get(widget)
        if not isinstance(stored, Serialized) or metadata is None:
            return original(states, widget)
        field = stored.value.WhichOneof("value")
        if field is None:  # Streamlit would forget the declared type here, and accept any type from then on
            return _without_input(states, widget, metadata)
        if field != (metadata.value_type or field):
            return _refuse(states, widget, metadata, f"{field} for {metadata.value_type}")
        try:
            value = original(states, widget)
        except Exception as error:  # noqa: BLE001 - any error means that the widget cannot send such a value
            return _refuse(states, widget, metadata, type(error).__name__)
        return _refuse(states, widget, metadata, "nested too deeply") if _too_deep(value) else value

    read.original = original  # type: ignore[attr-defined]
    setattr(WStates, READ, read)


def _too_deep(value: object) -> bool:
    """True if `value` has more levels than Streamlit can copy and write in the deepest of its calls."""
    level = [value]
    for _ in range(DEEPEST):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse(states: WStates, widget: str, metadata: WidgetMetadata[Any], reason: str) -> Any:
    name = user_key_from_element_id(widget) or "without a key"
    log.warning("a widget value was refused", extra={"widget": name[:100], "reason": reason})
    return _without_input(states, widget, metadata)


def _without_input(states: WStates, widget: str, metadata: WidgetMetadata[Any]) -> Any:
    value = metadata.deserializer(None)
    states.states[widget] = Value(value)
    return value
