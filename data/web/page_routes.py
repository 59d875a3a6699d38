"""Routes outside the API, whose functions run in the pool that the table names (`data/http/limited_threads.py`)."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from data.core.errors import AppError, RateLimited
from data.http.errors import note
from data.http.limited_routes import run_in_pool
from data.http.limited_threads import Pool, pool_of
from data.web.error_page import refusal_page

T = TypeVar("T")


class LimitedRoute(Route):
    """A route outside the API."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: Collection[str] = ("GET",)) -> None:
        self.pool = pool_of(methods, path)
        super().__init__(path, run_in_pool(endpoint, self.pool), methods=methods)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["pool"] = self.pool
        with ExitStack() as admission:
            try:
                admission.enter_context(self.pool.admit(scope.get("actor")))
            except AppError as error:
                await _refusal(Request(scope), error)(scope, receive, send)
                return
            await super().handle(scope, receive, send)


async def in_pool(request: Request, call: Callable[..., T], *args: Any, **more: Any) -> T:
    """Return the result of `call`, run in the pool of the route that serves `request`."""
    pool: Pool = request.scope["pool"]
    return await pool.run(call, *args, **more)


def _refusal(request: Request, error: AppError) -> Response:
    note(request, error)
    page = refusal_page(error.status, "Too many requests", str(error))
    if isinstance(error, RateLimited):
        page.headers["retry-after"] = str(error.retry_after)
    return page
