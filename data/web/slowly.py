"""What hashes passwords runs in threads of its own, so that a flood of sign-ins leaves the others to everybody else."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")
THREADS: Final = 8


async def slowly(call: Callable[..., T], *args: Any, **more: Any) -> T:
    """The result of `call`, which may have to wait for its turn."""
    return await to_thread.run_sync(partial(call, *args, **more), limiter=_turns())


@cache
def _turns() -> CapacityLimiter:
    return CapacityLimiter(THREADS)
