"""Independent reads side by side, so that a page costs one round trip and not the sum."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Final

_pool: Final = ThreadPoolExecutor(16, thread_name_prefix="reads")


def together(*reads: Callable[[], Any]) -> list[Any]:
    """The results of `reads`, in their order. Raises what the first failing one raised, after all have ended.

    Each runs with a copy of the caller's context, so its calls are on the caller's bill and in its log lines.
    The reads must not call `together` themselves.
    """
    futures = [_pool.submit(copy_context().run, read) for read in reads]
    for future in futures:
        future.exception()
    return [future.result() for future in futures]
