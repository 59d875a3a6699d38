"""Stretches of time that a list is narrowed to: so many hours back, or from a day to a day, in the viewer's zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

LENGTHS: Final[Mapping[str, timedelta]] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
YEARS: Final = range(2000, 2101)  # beyond these a day more or another zone has no date any more


def viewers_zone() -> tzinfo:
    """Return the browser's time zone, or UTC if the browser names no known one."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, or one that is too long
        return UTC


def day_of(text: str) -> date | None:
    """The day that an address names; None for what is no day, or of no year in which anything could be."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def begin_of(day: date, zone: tzinfo) -> datetime:
    """When a day begins; its end is when the next one does, be it 23 or 25 hours later."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def back(period: str, now: datetime) -> datetime | None:
    """Where a period begins that ends now: exactly so many hours ago. None for all time."""
    length = LENGTHS.get(period)
    return now - length if length else None


def in_words(day: date) -> str:
    """3 Nov 2026."""
    return f"{day.day} {day:%b %Y}"
