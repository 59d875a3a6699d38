"""The files of components/assets that Python hands to the browser, read once at import."""

from pathlib import Path
from typing import Final

ASSETS: Final = Path(__file__).parents[1] / "assets"


def source(*names: str) -> str:
    """These files of components/assets, one after the other, as one text."""
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)
