"""`/healthz`: the process is alive. `/readyz`: and so is what it stands on."""

import time
from ipaddress import ip_address
from threading import Lock
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from data.aws.provisioning import missing
from data.core.errors import AppError
from data.core.permissions import Actor, Permission, may
from data.http.client_address import client_address
from data.platform import Platform
from data.runtime.preflight import told
from data.services import Services
from data.web.page_routes import LimitedRoute, in_pool

SECONDS: Final = 2.0  # an answer is given again for so long: anybody may ask, and each look costs calls


class Readiness:
    """Whether the stores answer and hold what we declare."""

    def __init__(self, services: Services, platform: Platform) -> None:
        self._services, self._platform = services, platform
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

    def may_be_told(self, request: Request) -> bool:
        """Whether the one who asks may see reasons: from this very machine, or an admin. Others learn yes or no."""
        settings, headers = self._services.settings, request.headers
        address = client_address(request.scope, settings.trusted_proxies)
        by_a_stranger = "x-forwarded-for" in headers and not settings.trusted_proxies
        if address != "unknown" and ip_address(address).is_loopback and not by_a_stranger:
            return True
        actor = request.scope.get("actor")  # whom the gate found
        return isinstance(actor, Actor) and may(actor, Permission.READ_HEALTH)

    def _look(self) -> tuple[str, ...]:
        try:
            absent = missing(self._platform.clients, self._platform.settings, self._platform.tables)
        except AppError as error:
            return (told(error),)
        return tuple(f"{what}: run python -m data setup" for what in absent)


def routes(services: Services, platform: Platform) -> list[BaseRoute]:
    readiness = Readiness(services, platform)

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive")

    async def ready(request: Request) -> Response:
        reasons = await in_pool(request, readiness.reasons)
        if not reasons:
            return JSONResponse({"ready": True})
        answer = {"ready": False} | ({"reasons": reasons} if readiness.may_be_told(request) else {})
        return JSONResponse(answer, 503, {"retry-after": "5"})

    return [LimitedRoute("/healthz", alive), LimitedRoute("/readyz", ready)]
