"""A field whose value is one of the existing ones, or new: existing values come first, "Create …" comes last."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

import streamlit as st
from pydantic import StringConstraints

from components.kit.browser_component import BrowserValues, PlainText, browser_component

LONGEST: Final = 200  # characters; the services have the limit of each field


class ComboValues(BrowserValues):
    """The value in the field: "" for none, absent until the user chooses."""

    value: Annotated[PlainText, StringConstraints(max_length=LONGEST)] | None = None


_combo: Final = browser_component("operations_combo", ComboValues, "js/dom.js", "js/combo.js", root="comboroot")


def combo(key: str, label: str, options: Iterable[str], *, none: str, disabled: bool = False) -> str | None:
    """Draw the field and return its value. `none` is the label of no value.

    Typed text that differs from an option only in case or blanks chooses that option.
    """
    data = {"label": label, "options": list(options), "none": none, "value": chosen(key), "disabled": disabled}
    return _combo(key=key, data=data).value


def start(value: str | None) -> Mapping[str, str | None]:
    """Return what `st.session_state` holds for a field with this value; None: the user has not chosen yet."""
    return {"value": value}


def chosen(key: str) -> str | None:
    """Return the value of the field drawn under `key`, for callbacks and for code above it."""
    return _combo.values(key).value


def text_of(key: str) -> str:
    """Return the text in any field: a combo, a text field or a select; "" for none."""
    held = st.session_state.get(key)
    return str((chosen(key) if isinstance(held, Mapping) else held) or "").strip()
