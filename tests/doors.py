"""People who can sign in, and a browser at the door: for tests of sessions, the gate and the API."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute

from data.web import downloads, set_password, sign_in
from data.web.api import api
from data.web.gate import Gate
from data.web.oidc.routes import routes as oidc_routes

if TYPE_CHECKING:
    from tests.conftest import World

PASSWORD = "correct horse battery"


async def _echo(request):
    actor = request.scope["actor"]
    return JSONResponse(
        {
            "actor": actor.user_id if actor else None,
            "user": request.headers.get("x-dashboard-user"),
            "session": request.headers.get("x-dashboard-session"),
            "size": len(await request.body()),
        }
    )


async def _alive(_):
    return PlainTextResponse("alive")


async def _socket(websocket):
    await websocket.accept()
    await websocket.send_json({"user": websocket.headers.get("x-dashboard-user")})
    await websocket.close()


_built: list[tuple["World", Gate]] = []


def house(world: "World") -> Gate:
    """Return the gate of this world. The last one is kept, because tests open it for several visitors."""
    if not (_built and _built[0][0] is world):
        _built[:] = [(world, _house(world))]
    return _built[0][1]


def _house(world: "World") -> Gate:
    """The gate before sign-in, the API, and pages that say who they take the visitor for."""
    services = world.services
    routes = [
        *sign_in.routes(services),
        *oidc_routes(services, world.platform.seal),
        *set_password.routes(services),
        *downloads.routes(services),
        Mount("/api", api(services)),
        Route("/healthz", _alive),
        Route("/readyz", _echo),
        WebSocketRoute("/_stcore/stream", _socket),
        Route("/{path:path}", _echo, methods=["GET", "POST", "PUT", "DELETE"]),
    ]
    return Gate(Starlette(routes=routes), services=services, platform=world.platform)


@dataclass
class Browser:
    """A visitor over HTTP, who sends what browsers send. `address`: where they sit."""

    world: "World"
    address: str = "192.0.2.1"
    headers: dict[str, str] = field(default_factory=lambda: {"sec-fetch-site": "same-origin"})

    def __post_init__(self) -> None:
        from starlette.testclient import TestClient  # noqa: PLC0415

        self.http = TestClient(
            house(self.world),
            base_url=self.world.services.settings.url,
            client=(self.address, 50_000),
            headers=self.headers,
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    def sign_in(self, identifier: str, password: str = PASSWORD, next_: str = "/") -> httpx.Response:
        return self.http.post("/sign-in", data={"identifier": identifier, "password": password, "next": next_})
