"""Routes whose functions run in the pool that the table names, for FastAPI and for Starlette alike."""

from collections.abc import Awaitable, Callable, Collection
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Final, TypeVar

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from data.api.errors import answer, correlation_id, note
from data.errors import AppError
from data.web.limited_threads import Pool, pool_of

T = TypeVar("T")
API: Final = "/api"  # where the application mounts the API


class LimitedApiRoute(APIRoute):
    """A route of the API. Its user's open requests are counted before the body is read."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        self.pool = pool_of(more.get("methods"), API + path)
        super().__init__(path, _in_pool(endpoint, self.pool), **more)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.pool.admit(scope.get("actor")):
            await super().handle(scope, receive, send)


class LimitedRoute(Route):
    """A route outside the API. The gate makes a page of its errors for browsers."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: Collection[str] = ("GET",)) -> None:
        self.pool = pool_of(methods, path)
        super().__init__(path, _in_pool(endpoint, self.pool), methods=methods)

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


def _in_pool(endpoint: Callable[..., Any], pool: Pool) -> Callable[..., Awaitable[Any]]:
    if iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def limited(*args: Any, **more: Any) -> Any:
        return await pool.run(endpoint, *args, **more)

    return limited
