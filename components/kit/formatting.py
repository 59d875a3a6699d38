"""Times, numbers and names in words; one place, so that the same thing reads the same everywhere."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

DAY_NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTH_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NARROW: Final = "\u00a0"  # keeps a number and its unit on one line
MONTH: Final = timedelta(days=30)
_STEPS: Final = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


def ago(moment: datetime, now: datetime, *, bare: bool = False) -> str:
    """How long before `now`: "3 min ago", or "3 min" where the heading says already that it is past.

    After 30 days the date; what lies ahead, as between two clocks, is "now".
    """
    past = now - moment
    if past >= MONTH:
        return _date(moment.astimezone(UTC))
    for step, unit in _STEPS:
        if past >= step:
            return f"{past // step}{NARROW}{unit}" + ("" if bare else " ago")
    return "now"


def absolute(moment: datetime) -> str:
    """The moment in full, in UTC: "Fri 20 Nov 2026, 14:29 UTC"."""
    utc = moment.astimezone(UTC)
    return f"{DAY_NAMES[utc.weekday()]} {_date(utc)}, {utc.hour:02}:{utc.minute:02} UTC"


def _date(utc: datetime) -> str:
    """In English whatever the machine speaks, and in a fifth of the time that `strftime` takes."""
    return f"{utc.day} {MONTH_NAMES[utc.month - 1]} {utc.year}"


def count(number: int) -> str:
    """1,204."""
    return f"{number:,}"


def plural(number: int, one: str, many: str) -> str:
    """The number with its word: "1 person", "1,204 people"."""
    return f"{count(number)} {one if number == 1 else many}"


def initials(name: str) -> str:
    """First letters of the first and last word; one letter for one word, "?" for none.

    What follows in brackets, a username or a former name, does not count.
    """
    words = [word for word in re.split(r"[\s\-\u2068\u2069]+", name.partition(" (")[0]) if word[:1].isalnum()]
    if not words:
        return name.strip()[:1].upper() or "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][0]).upper()
