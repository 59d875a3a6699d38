"""Routes of the API, whose functions run in the pool that the table names (`data/http/limited_threads.py`)."""

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from data.http.limited_threads import Pool, pool_of

API: Final = "/api"  # where the application mounts the API


class LimitedApiRoute(APIRoute):
    """A route of the API. Its user's open requests are counted before the body is read."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        self.pool = pool_of(more.get("methods"), API + path)
        super().__init__(path, run_in_pool(endpoint, self.pool), **more)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.pool.admit(scope.get("actor")):
            await super().handle(scope, receive, send)


def run_in_pool(endpoint: Callable[..., Any], pool: Pool) -> Callable[..., Awaitable[Any]]:
    """Return `endpoint` as a coroutine function that runs in `pool`; a coroutine function is returned as it is."""
    if iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def limited(*args: Any, **more: Any) -> Any:
        return await pool.run(endpoint, *args, **more)

    return limited
