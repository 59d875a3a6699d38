"""Independent reads side by side, so that a page costs one round trip and not the sum."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import current_thread
from typing import Any, Final

THREADS: Final = "reads"
_pool: Final = ThreadPoolExecutor(16, thread_name_prefix=THREADS)


def together(*reads: Callable[[], Any]) -> list[Any]:
    """The results of `reads`, in their order. Raises what the first failing one raised, after all have ended.

    Each runs with a copy of the caller's context, so its calls are on the caller's bill and in its log lines.
    Within one of the reads it reads one after another: all threads could be taken by those who wait for one.
    """
    if len(reads) == 1 or current_thread().name.startswith(THREADS):
        return [read() for read in reads]
    futures = [_pool.submit(copy_context().run, read) for read in reads]
    for future in futures:
        future.exception()
    return [future.result() for future in futures]
