"""A button that copies a text in the browser."""

from typing import Final

import streamlit as st

from components.sources import source

_copy: Final = st.components.v2.component(
    "operations_copy",
    html='<div class="copyroot"></div>',
    js=source("js/dom.js", "js/copy.js"),
    isolate_styles=False,
)


def copy_button(text: str, *, key: str, label: str = "Copy", shown: bool = False) -> None:
    """Offer `text` to the clipboard; `shown` puts it beside the button, in mono. Nothing is sent to the server."""
    _copy(key=key, data={"text": text, "label": label, "shown": shown})
