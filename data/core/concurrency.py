"""Independent reads side by side, so that a page costs one round trip and not the sum."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any, Final

THREADS: Final = "reads"
SIZE: Final = 16
_pool: Final = ThreadPoolExecutor(SIZE, thread_name_prefix=THREADS)


@dataclass(slots=True)
class _Read:
    """One of those asked for together. Whoever comes first runs it: a thread of the pool, or who asked."""

    run: Callable[[], Any]
    begun: Lock = field(default_factory=Lock)
    ended: "Future[Any]" = field(default_factory=Future)

    def begin(self) -> None:
        if not self.begun.acquire(blocking=False):
            return
        try:
            self.ended.set_result(self.run())
        except BaseException as error:  # noqa: BLE001 - told to who asked
            self.ended.set_exception(error)


def together(*reads: Callable[[], Any]) -> list[Any]:
    """The results of `reads`, in their order. Raises what the first failing one raised, after all have ended.

    Each runs with a copy of the caller's context, so its calls are on the caller's bill and in its log lines.
    The caller waits for none that has not begun: it reads itself what no thread has taken. So all threads may wait
    for what the caller holds, or be callers themselves, and it still comes to its end.
    """
    asked = [_Read(partial(copy_context().run, read)) for read in reads]
    for read in asked[:-1]:
        _pool.submit(read.begin)
    for read in reversed(asked):
        read.begin()
    for read in asked:
        read.ended.exception()
    return [read.ended.result() for read in asked]
