"""ministack's state as text, and back."""

import json
from typing import Any

from ministack.core import persistence

# ASCII only: a lone surrogate in somebody's text must not fail a commit.
dumps = json.JSONEncoder(separators=(",", ":"), default=persistence._json_default).encode  # noqa: SLF001 - ministack
_loads = json.JSONDecoder(object_hook=persistence._json_object_hook).decode  # noqa: SLF001 - ministack


def loads(text: str) -> Any:
    """A whole service's state, with ministack's own containers."""
    return _loads(text)
