"""A button that copies a text in the browser."""

from typing import Final

from components.kit.browser_component import NoValues, browser_component

_copy: Final = browser_component("operations_copy", NoValues, "js/dom.js", "js/copy.js", root="copyroot")


def copy_button(text: str, *, key: str, label: str = "Copy", shown: bool = False) -> None:
    """Offer `text` to the clipboard; `shown` puts it beside the button, in mono. Nothing is sent to the server."""
    _copy(key=key, data={"text": text, "label": label, "shown": shown})
