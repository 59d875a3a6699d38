"""The viewer's time zone, and days in words."""

from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def viewers_zone() -> tzinfo:
    """Return the browser's time zone, or UTC if the browser names no known one."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, or one that is too long
        return UTC


def in_words(day: date) -> str:
    """3 Nov 2026."""
    return f"{day.day} {day:%b %Y}"
