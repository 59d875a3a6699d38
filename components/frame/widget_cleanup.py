"""Let Streamlit forget the widgets that are gone from a tab.

Their values it removes itself. But what it was told of each, its callbacks and all of its options, it keeps for as long
as the tab is open, under an id that never comes again where fields are named after their draft: some 40 KB for each
visit to Settings and each dialog.
"""
# ruff: noqa: SLF001 - nothing public of Streamlit's forgets; on another version the tests of this would fail

from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState

GONE: Final = "gone_widgets/ids"


def forget() -> None:
    """At the end of the frame: forget what neither this run nor the one before it drew.

    A run that a newer click has overtaken may come here late; what that one has just drawn is gone to it, but only
    for the first time.
    """
    context = get_script_run_ctx()
    if context is None:
        return
    gone_before, drawn = st.session_state.get(GONE, frozenset()), context.shared.widget_ids_this_run.snapshot()
    with context.session_state._lock:
        gone = _gone(context.session_state._state, drawn)
        for widget in gone & gone_before:
            _forget(context.session_state._state, widget)
    st.session_state[GONE] = gone - gone_before


def _gone(state: SessionState, drawn: frozenset[str]) -> frozenset[str]:
    """A component's events are a widget too, with an id around its own; what outlives its widget is not gone."""
    known = state._new_widget_state.widget_metadata
    lasting = {each for each, told in known.items() if told.bind or told.persist_state}
    missing = known.keys() - drawn - lasting
    return frozenset(each for each in missing if not any(own in each for own in drawn))


def _forget(state: SessionState, widget: str) -> None:
    del state._new_widget_state.widget_metadata[widget]
    keys = state._key_id_mapper
    key = keys.id_key_mapping.get(widget)
    if key is not None and keys.get_id_from_key(key) == widget:
        keys.delete(key)
    else:  # another widget has the key now
        keys.id_key_mapping.pop(widget, None)
