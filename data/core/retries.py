"""Repeat an optimistic write that lost a race, with jittered, bounded back-off.

Every loop around a version condition uses this helper: without a pause, callers that collide once collide again.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, stop_all
from tenacity import wait_random_exponential as full_jitter

T = TypeVar("T")

MIN_ATTEMPTS: Final = 8  # because on a busy machine few attempts fit into MIN_SECONDS
MIN_SECONDS: Final = 4.0
FIRST_PAUSE: Final = 0.02  # the first pause is random up to this, the next up to twice this, and so on
LONGEST_PAUSE: Final = 0.5


def retry(call: Callable[[], T], *, on: type[Exception]) -> T:
    """Return what `call` returns, calling it again while it raises `on`.

    `call` must change nothing when it raises `on`. After at least `MIN_ATTEMPTS` attempts and `MIN_SECONDS`
    seconds, the last error is raised. All other errors are raised immediately.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(on),
        wait=full_jitter(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
        stop=stop_all(stop_after_attempt(MIN_ATTEMPTS), stop_after_delay(MIN_SECONDS)),
        reraise=True,
    )
    return retrying(call)
