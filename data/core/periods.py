"""Periods of time that lists are limited to: so many hours back, or from a day to a day, in the viewer's time zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

LENGTHS: Final[Mapping[str, timedelta]] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
YEARS: Final = range(2000, 2101)  # outside of these, the day after or another time zone may have no date


def day_of(text: str) -> date | None:
    """Return the day that an address names; None for other texts, and for years outside of `YEARS`."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def begin_of(day: date, zone: tzinfo) -> datetime:
    """Return when a day begins. It ends when the next one begins, after 23 to 25 hours."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def back(period: str, now: datetime) -> datetime | None:
    """Return where a period begins that ends now: exactly so many hours ago. None for all time."""
    length = LENGTHS.get(period)
    return now - length if length else None
