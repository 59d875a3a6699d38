"""Time and background work of the tests: they go on only when a test asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.storage.background_tasks import Background


@dataclass
class StillClock:
    """Each look is a millisecond later than the last, so that orders are certain; `pass_` moves it on."""

    moment: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def pass_(self, **time: float) -> None:
        """`clock.pass_(minutes=5)`"""
        self.moment += timedelta(**time)


@dataclass
class Ticks:
    """Seconds as `time.monotonic` counts them, which pass only when asked."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


class AtOnce(Background):
    """What runs beside requests is done before they go on, so that each test sees all of it.

    What is to be done later is done when the test asks.
    """

    def __init__(self) -> None:
        super().__init__()
        self.later: list[Callable[[], None]] = []

    def start(self, act: Callable[[], None], *, after: float = 0) -> None:
        if after:
            self.later.append(act)
        else:
            act()

    def catch_up(self) -> None:
        """Do what was to be done later."""
        acts, self.later = self.later, []
        for act in acts:
            act()
