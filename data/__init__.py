"""The application without a screen. It first looks at the Python it is given, in words that an old one can read."""

import os
import sys


def unsupported(major: int, minor: int) -> str:
    """Why the dashboard cannot run on that Python; empty if it can."""
    if (3, 11) <= (major, minor) <= (3, 13):
        return ""
    return f"The dashboard needs Python 3.11, 3.12 or 3.13, and this is {major}.{minor}: make run finds the right one."


reason = unsupported(*sys.version_info[:2])
if reason:
    raise SystemExit(reason)

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look for some in all that is installed: 20 ms
