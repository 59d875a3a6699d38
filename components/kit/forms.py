"""Forms: label above, field as wide as its content, hint below; an error takes the hint's place and says the remedy."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st

from components.kit import elements
from components.kit.combo import combo, start
from components.kit.markdown import plain

FieldKind = Literal["text", "area", "select", "combo", "password"]
Width = int | Literal["stretch"]


@contextmanager
def group(key: str, title: str, line: str = "") -> Iterator[None]:
    """Fields that belong together: what they are and do at the left, the box at the right."""
    words, box = st.columns([9, 19], gap="medium")
    with words:
        elements.section(title)
        if line:
            elements.said(line)
    with box, st.container(key=f"card_{key}", border=True, gap=16):
        yield


def field(
    kind: FieldKind,
    key: str,
    label: str,
    *,
    value: str | None,
    error: str | None = None,
    hint: str = "",
    width: Width = 400,
    options: Mapping[str, str] | None = None,
    disabled: bool = False,
    max_chars: int | None = None,
    autocomplete: str | None = None,
    required: bool = False,
) -> str:
    """Draw one field and return what stands in it, without outer blanks ("" for nothing). Labels are ours, not data.

    `error` is the sentence of InvalidInput for this field. `options` are those of a select, value → label. A combo
    takes new values and none too.
    The text stays in `st.session_state[key]`, which wins over `value` from then on; callbacks read it by `text_of`.
    """
    if key not in st.session_state:  # Streamlit warns of a default beside a value in the state
        st.session_state[key] = _fitting(kind, value, options or {})
    common: dict[str, Any] = {"key": key, "width": width, "disabled": disabled}
    labels = options or {}
    with st.container(key=f"field_{key}", gap=4):
        match kind:
            case "select":
                typed = st.selectbox(plain(label), list(labels), format_func=lambda each: labels[each], **common)
            case "combo":
                typed = combo(key, label, labels, none=f"No {label.lower()}", disabled=disabled)
            case "area":
                typed = st.text_area(plain(label), max_chars=max_chars, height=96, **common)
            case _:
                shown: Any = "password" if kind == "password" else "default"
                filled = autocomplete or "off"
                typed = st.text_input(plain(label), type=shown, max_chars=max_chars, autocomplete=filled, **common)
        if error:
            elements.problem(error)
        elif required or hint:
            elements.said(f"Required. {hint}".strip() if required else hint)
    return typed or "" if kind == "password" else (typed or "").strip()


def _fitting(kind: FieldKind, value: str | None, options: Mapping[str, str]) -> object:
    if kind == "combo":
        return start(value or "")
    if kind != "select":
        return value or ""
    return value if value in options else next(iter(options), None)


def form_end(
    problems: int,
    save_label: str = "Save changes",
    discard_label: str | None = "Discard",
    *,
    on_save: Callable[..., None] | None = None,
    on_discard: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
    key: str = "form",
) -> bool:
    """The end of an `st.form`: how many fields need a correction, and the buttons. Whether it was sent just now.

    Writes belong into `on_save`, a callback, which runs once and whole; `args` go to both callbacks.
    """
    with st.container(key=f"ends_{key}", horizontal=True, vertical_alignment="center", gap=8):
        if problems:
            elements.problem(correction(problems))
        st.space("stretch")
        if discard_label:
            st.form_submit_button(plain(discard_label), key=f"discard_{key}", on_click=on_discard, args=args)
        return st.form_submit_button(plain(save_label), type="primary", key=f"save_{key}", on_click=on_save, args=args)


@contextmanager
def dialog_end(dialog: str, problems: int) -> Iterator[None]:
    """The row for a dialog's buttons, and at its left how many fields need a correction."""
    with st.container(
        key=f"ends_{dialog}", horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap=8
    ):
        if problems:
            elements.problem(correction(problems))
            st.space("stretch")
        yield


def correction(problems: int) -> str:
    """The summary beside the button."""
    return f"{problems} {'field needs' if problems == 1 else 'fields need'} a correction. Nothing was saved."


def forget(*keys: str) -> None:
    """Let these fields show their stored values again. To be called in a callback."""
    for key in keys:
        st.session_state.pop(key, None)
