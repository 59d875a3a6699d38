"""Thread pools for requests: each kind of work has its own threads, so that no kind waits behind another.

`ROUTES` is the table of all routes and their pools. A route without an entry gets READS or WRITES, by its method.
anyio's default threads, which all libraries share, are left to what cannot be flooded: static files.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from data.core.errors import NotSignedIn, RateLimited
from data.core.permissions import Actor

T = TypeVar("T")
RETRY_AFTER: Final = 2  # seconds
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# Both belong to one event loop, as the threads of anyio do.
_limiters: RunVar[dict[str, CapacityLimiter]] = RunVar("limiters")
_open_requests: RunVar[Counter[tuple[str, str]]] = RunVar("open_requests")


@dataclass(frozen=True, slots=True)
class Pool:
    """Threads for one kind of work. `per_user`: the requests that a user may have open at once.

    With `per_user` 0 the routes are for callers who are not signed in yet; other rules limit those.
    """

    name: str
    threads: int
    per_user: int = 0

    async def run(self, call: Callable[..., T], *args: Any, **more: Any) -> T:
        """Return the result of `call`, which runs in a thread of this pool as soon as one is free."""
        return await to_thread.run_sync(partial(call, *args, **more), limiter=self.limiter())

    def limiter(self) -> CapacityLimiter:
        """Return the limiter that the running event loop has for this pool."""
        limiters = _limiters.get({})
        _limiters.set(limiters)
        return limiters.setdefault(self.name, CapacityLimiter(self.threads))

    @contextmanager
    def admit(self, actor: Actor | None) -> Iterator[None]:
        """Count one open request of the actor, before its body is read.

        Raises NotSignedIn without an actor where one is required; RateLimited above `per_user`.
        """
        if not self.per_user:
            yield
            return
        if actor is None:
            raise NotSignedIn("Sign in first.")
        requests, key = _open_requests.get(Counter()), (self.name, actor.user_id)
        _open_requests.set(requests)
        if requests[key] >= self.per_user:
            raise RateLimited(f"You have {self.per_user} requests of this kind open. Wait for one.", RETRY_AFTER)
        requests[key] += 1
        try:
            yield
        finally:
            requests[key] -= 1
            if not requests[key]:
                del requests[key]


IDENTIFICATION: Final = Pool("identification", 20)  # for the gate alone
POLICY: Final = Pool("policy", 4)  # for the gate alone: the addresses of the buckets
READS: Final = Pool("reads", 16, per_user=8)
WRITES: Final = Pool("writes", 12, per_user=4)
PICTURES: Final = Pool("pictures", 4, per_user=2)  # each request holds 7 MB and a decoder
FILES: Final = Pool("files", 8, per_user=4)
PASSWORDS: Final = Pool("passwords", 8)
SESSIONS: Final = Pool("sessions", 4)  # sign-out, and sign-in with a company account: no hashing
STATUS: Final = Pool("status", 2)

POOLS: Final = (IDENTIFICATION, POLICY, READS, WRITES, PICTURES, FILES, PASSWORDS, SESSIONS, STATUS)
ROUTES: Final[Mapping[str, Pool]] = {
    "GET /sign-in": SESSIONS,
    "POST /sign-in": PASSWORDS,
    "POST /sign-out": SESSIONS,
    "GET /auth/oidc": SESSIONS,
    "GET /auth/oidc/callback": SESSIONS,
    "GET /set-password": SESSIONS,
    "POST /set-password": PASSWORDS,
    "GET /healthz": STATUS,
    "GET /readyz": STATUS,
    "GET /files/{kind}/{id}": FILES,
    "GET /api/docs": READS,
    "GET /api/openapi.json": READS,
    "POST /api/auth/sign-up": PASSWORDS,
    "POST /api/auth/login": PASSWORDS,
    "POST /api/auth/logout": WRITES,
    "GET /api/auth/me": READS,
    "GET /api/users": READS,
    "POST /api/users": WRITES,
    "PUT /api/users": WRITES,
    "DELETE /api/users": WRITES,
    "GET /api/users/{user_id}": READS,
    "PUT /api/users/{user_id}": WRITES,
    "DELETE /api/users/{user_id}": WRITES,
    "GET /api/profiles": READS,
    "POST /api/profiles": WRITES,
    "PUT /api/profiles": WRITES,
    "POST /api/settings/profile-picture": PICTURES,
    "GET /api/settings/profile-picture/url": READS,
    "DELETE /api/settings/profile-picture": WRITES,
    "POST /api/imports": WRITES,
}


def pool_of(methods: Collection[str] | None, path: str) -> Pool:
    """Return the pool of the route with these methods at `path`, as the whole application names it."""
    stated = sorted(methods or {"GET"})
    found = (ROUTES.get(f"{method} {path}") for method in stated)
    return next(filter(None, found), READS if SAFE_METHODS.issuperset(stated) else WRITES)
