"""The pages that Streamlit does not draw: what `pages/` has of each, within one frame."""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

PAGES: Final = Path(__file__).parent / "pages"


def own_page(title: str, content: str, *, tone: str = "", script: str = "") -> str:
    """The page with this title around what is HTML already; `script`: the asset that makes it move."""
    asset = filled("script", {"name": script}) if script else ""
    return filled("frame", {"title": title, "tone": tone}, script=asset, content=content)


def filled(name: str, values: Mapping[str, str], **parts: str) -> str:
    """The piece `name` with these values as mere text, and with parts that are HTML already."""
    return _template(name).substitute({key: escape(value) for key, value in values.items()} | parts)


@cache
def _template(name: str) -> Template:
    return Template((PAGES / f"{name}.html").read_text())
