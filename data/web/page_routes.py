"""Routes outside the API, whose functions run in the pool that the table names (`data/http/limited_threads.py`)."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from data.core.errors import AppError
from data.http.errors import answer, correlation_id, note
from data.http.limited_routes import run_in_pool
from data.http.limited_threads import Pool, pool_of

T = TypeVar("T")


class LimitedRoute(Route):
    """A route outside the API. The gate makes a page of its errors for browsers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: Collection[str] = ("GET",)) -> None:
        self.pool = pool_of(methods, path)
        super().__init__(path, run_in_pool(endpoint, self.pool), methods=methods)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["pool"] = self.pool
        try:
            with self.pool.admit(scope.get("actor")):
                await super().handle(scope, receive, send)
        except AppError as error:
            request = Request(scope)
            note(request, error)
            await answer(error, correlation_id(request))(scope, receive, send)


async def in_pool(request: Request, call: Callable[..., T], *args: Any, **more: Any) -> T:
    """Return the result of `call`, run in the pool of the route that serves `request`."""
    pool: Pool = request.scope["pool"]
    return await pool.run(call, *args, **more)
