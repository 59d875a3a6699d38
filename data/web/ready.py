"""`/healthz`: the process is alive. `/readyz`: and so is what it stands on."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from data.errors import AppError, Misconfigured

SECONDS: Final = 2.0  # an answer is given again for so long: anybody may ask, and each look costs calls


class Readiness:
    """Whether the stores answer. `missing` says what is not there yet, or raises AppError."""

    def __init__(self, missing: Callable[[], tuple[str, ...]]) -> None:
        self._missing = missing
        self._reasons: tuple[str, ...] = ()
        self._until = 0.0
        self._lock = Lock()

    def reasons(self) -> tuple[str, ...]:
        """Why we are not ready; empty if we are. One look at a time, however many ask."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._reasons = self._look()
                self._until = time.monotonic() + SECONDS
            return self._reasons

    def _look(self) -> tuple[str, ...]:
        try:
            return self._missing()
        except Misconfigured as error:
            return (f"{error} {error.remedy}",)
        except AppError as error:
            return (str(error),)


def routes(readiness: Readiness, may_see_reasons: Callable[[Request], bool]) -> list[Route]:
    """`may_see_reasons`: decided by who asks; it may read stores, so it is called in a thread and only when not ready."""

    def alive(_: Request) -> Response:
        return PlainTextResponse("alive")

    async def ready(request: Request) -> Response:
        reasons = await run_in_threadpool(readiness.reasons)
        if not reasons:
            return JSONResponse({"ready": True})
        shown = await run_in_threadpool(may_see_reasons, request)
        return JSONResponse({"ready": False} | ({"reasons": list(reasons)} if shown else {}), 503, {"retry-after": "5"})

    return [Route("/healthz", alive), Route("/readyz", ready)]
