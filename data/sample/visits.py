"""When somebody of the sample signed in and out: on working days as a rule, in the hours of where they are."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

WEEKDAY, WEEKEND = 0.42, 0.04  # how likely they come on such a day
SIGNS_OUT: Final = 0.6  # how likely they do it by hand
SATURDAY: Final = 5
LUNCH: Final = 3.5  # hours from the start of a day


class Visit(NamedTuple):
    """`until`: when they signed out, None if they did not."""

    at: datetime
    until: datetime | None


def visits(name: str, zone: ZoneInfo, since: datetime, seen: datetime) -> Iterator[Visit]:
    """From `since` to when they were last `seen`, oldest first; the last visit is the one in which they were."""
    random = Random(f"visits of {name}")
    last = seen - timedelta(minutes=random.uniform(2, 40))
    day = since.astimezone(zone).date()
    while day <= seen.astimezone(zone).date():
        comes = random.random() < (WEEKDAY if day.weekday() < SATURDAY else WEEKEND)
        start = datetime.combine(day, time(8, 20), zone) + timedelta(hours=random.gauss(0.8, 0.5))
        at, stays = start.astimezone(UTC), timedelta(hours=random.uniform(LUNCH, 9))
        by_hand = random.random() < SIGNS_OUT
        if comes and since < at < last - stays:
            yield Visit(at, at + stays if by_hand else None)
        day += timedelta(days=1)
    if last > since:
        yield Visit(last, None)
