"""Settings, appearance: the theme. It is the browser's, not the person's; nothing of it is stored here."""

from typing import Final

from components.frame import navigation
from components.kit import elements, forms
from components.kit.browser_component import NoValues, browser_component

CHOICES: Final = (
    {"theme": "System", "icon": "contrast", "word": "As the system"},
    {"theme": "Light", "icon": "light_mode", "word": "Light"},
    {"theme": "Dark", "icon": "dark_mode", "word": "Dark"},
)
REFUSED: Final = "This browser keeps nothing for this address, so no theme can be chosen. Allow it to keep site data."
KEPT: Final = "Kept in this browser, for whoever uses it, and in no other. Choosing loads the page anew."

_theme: Final = browser_component(
    "operations_theme", NoValues, "js/dom.js", "js/theme_kept.js", "js/theme.js", root="themeroot"
)


def show() -> None:
    """The choice of the theme."""
    pages = sorted(address.removeprefix("/") for address in navigation.addresses())
    with forms.group("appearance", "Theme", "Light or dark, on all pages; sign-in follows."):
        _theme(key="theme", data={"choices": CHOICES, "pages": pages, "refused": REFUSED})
        elements.said(KEPT)
