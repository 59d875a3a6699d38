"""No user can occupy the threads that others need: each kind of work has its own, and the gate has its own too."""

from contextlib import ExitStack, asynccontextmanager
from threading import Event

import anyio
import httpx
import pytest
from anyio import to_thread
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from data.avatars.service import PictureService
from data.core.errors import NotSignedIn, RateLimited
from data.core.permissions import Role
from data.http.limited_routes import LimitedApiRoute
from data.http.limited_threads import FILES, IDENTIFICATION, POOLS, READS, ROUTES, SAFE_METHODS, WRITES, Pool, pool_of
from data.web.gate import Gate
from data.web.page_routes import LimitedRoute
from data.web.routes import routes
from tests.asynchronous import run
from tests.avatars.corpus import GOOD, encoded
from tests.doors import house

PICTURE = "/api/settings/profile-picture"
BODY = {"imageData": encoded(GOOD["jpeg"]), "contentType": "image/jpeg"}
JSON = {"content-type": "application/json"}
FLOOD = 45
LIMIT = 60  # seconds until a test gives up


@pytest.fixture
def ann(world):
    return world.person(Role.USER, name="ann")


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def blocked(monkeypatch):
    """Every change of a picture waits for this event."""
    release = Event()

    def wait(*_):
        release.wait(LIMIT)
        raise RateLimited("The test ended.", 1)

    monkeypatch.setattr(PictureService, "set", wait)
    yield release
    release.set()


@asynccontextmanager
async def http(world, app, actor=None, **headers):
    cookie = {"cookie": f"{world.settings.cookie}={world.opened(actor).cookie}"} if actor else {}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url=world.settings.url,
        headers={"sec-fetch-site": "same-origin", **cookie, **headers},
    ) as client:
        yield client


async def until(condition):
    while not condition():  # noqa: ASYNC110 - answers of other tasks, and events of threads
        await anyio.sleep(0.01)


async def fill(pool):
    """Occupy every thread of a pool."""
    limiter = pool.limiter()
    while limiter.available_tokens:
        limiter.acquire_on_behalf_of_nowait(object())


def test_a_flood_of_pictures_by_one_user_delays_no_other_user(world, ann, root, blocked):
    answers = []

    async def upload(client):
        answers.append(await client.post(PICTURE, json=BODY))

    async def flood():
        app = house(world)
        async with http(world, app, ann) as hers, http(world, app, root) as his, anyio.create_task_group() as group:
            for _ in range(FLOOD):
                group.start_soon(upload, hers)
            await until(lambda: len(answers) == FLOOD - 2)
            for path in ("/users", "/api/auth/me", "/api/users"):
                assert (await his.get(path)).status_code == 200
            assert {answer.status_code for answer in answers} == {429}
            assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
            assert (await hers.get("/api/auth/me")).status_code == 200
            blocked.set()

    run(flood)
    assert len(answers) == FLOOD


def test_a_refused_request_is_answered_before_its_body_is_read(world, ann, blocked):
    async def reading():
        app = house(world)
        async with http(world, app, ann) as client, anyio.create_task_group() as group:
            unread = []

            async def body():
                unread.append(True)
                yield b"{"

            first = [anyio.Event() for _ in range(2)]

            async def slow(arrived):
                arrived.set()
                await until(blocked.is_set)
                yield b"{}"

            for arrived in first:
                group.start_soon(lambda a=arrived: client.post(PICTURE, content=slow(a), headers=JSON))
            for arrived in first:
                await arrived.wait()
            refused = await client.post(PICTURE, content=body(), headers=JSON)
            assert (refused.status_code, refused.json()["error"]["code"], unread) == (429, "rate_limited", [])
            blocked.set()

    run(reading)


def test_a_picture_without_a_user_is_refused_before_its_body_is_read(world):
    async def reading():
        async with http(world, house(world)) as client:
            unread = []

            async def body():
                unread.append(True)
                yield b"{"

            refused = await client.post(PICTURE, content=body(), headers=JSON)
            assert (refused.status_code, refused.json()["error"]["code"], unread) == (401, "not_signed_in", [])

    run(reading)


def test_identification_waits_for_no_other_pool(world, root):
    async def identify():
        for pool in POOLS:
            if pool is not IDENTIFICATION:
                await fill(pool)
        await fill_default_threads()
        async with http(world, gate_before(world, "/users"), root) as client:
            assert (await client.get("/users")).json() == {"user": "root"}

    run(identify)


async def fill_default_threads():
    """Occupy the threads that anyio gives to every library."""
    limiter = to_thread.current_default_thread_limiter()
    while limiter.available_tokens:
        limiter.acquire_on_behalf_of_nowait(object())


def gate_before(world, path):
    """The gate before one page that names its visitor, on an installation that knows where its buckets are."""

    async def page(request):
        return JSONResponse({"user": request.headers["x-dashboard-user"]})

    gate = Gate(Starlette(routes=[Route(path, page)]), services=world.services, platform=world.platform)
    gate._stores = world.clients.endpoint_url, ()  # noqa: SLF001
    return gate


REQUESTS = [
    ("GET", "/sign-in", 200),
    ("POST", "/sign-in", 422),
    ("POST", "/set-password", 422),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/auth/oidc", 404),
    ("GET", "/files/people/x", 404),
    ("GET", "/api/auth/me", 200),
    ("GET", "/api/docs", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/users", 200),
    ("GET", "/api/users/unknown", 404),
    ("GET", "/api/users?limit=0", 422),
    ("GET", "/api/profiles?userId=root", 200),
    ("GET", "/api/nowhere", 404),
    ("PUT", "/api/users/root", 200),
    ("DELETE", PICTURE, 204),
    ("POST", PICTURE, 422),
    ("POST", "/api/imports", 422),
    ("POST", "/sign-out", 303),  # the last, because it ends the session
]


def test_no_route_needs_the_threads_that_all_libraries_share(world, root):
    wrong = []

    async def ask():
        await fill_default_threads()
        async with http(world, house(world), root) as client:
            for method, path, status in REQUESTS:
                content = b"{}" if method in ("POST", "PUT") and path != "/sign-in" else None
                answer = await client.request(method, path, content=content, headers=JSON if content else {})
                if answer.status_code != status:
                    wrong.append((method, path, answer.status_code))

    run(ask)
    assert wrong == []


@pytest.mark.parametrize("pool", [pool for pool in POOLS if pool.per_user], ids=lambda pool: pool.name)
def test_a_user_has_so_many_requests_of_a_kind_and_no_more(ann, root, pool):
    async def count():
        admitted = [pool.admit(ann) for _ in range(pool.per_user)]
        for one in admitted:
            one.__enter__()
        with pytest.raises(RateLimited) as refused, pool.admit(ann):
            pass
        assert refused.value.retry_after > 0
        with pool.admit(root):
            pass
        assert not admitted[0].__exit__(KeyError, KeyError(), None)
        with pool.admit(ann):
            pass
        with pytest.raises(NotSignedIn), pool.admit(None):
            pass

    run(count)


def test_too_many_files_at_once_are_refused_on_a_page(world, root):
    async def ask():
        with ExitStack() as busy:
            for _ in range(FILES.per_user):
                busy.enter_context(FILES.admit(root))
            async with http(world, house(world), root) as client:
                opening = {"sec-fetch-mode": "navigate"}
                answer = await client.get("/files/people/x", headers=opening)
                assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
                assert "Too many requests" in answer.text
                assert "retry.js" in answer.text
                assert answer.headers["content-type"].startswith("text/html")
                busy.close()
                assert (await client.get("/files/people/x")).status_code == 404

    run(ask)


@pytest.mark.parametrize("pool", [pool for pool in POOLS if pool.per_user], ids=lambda pool: pool.name)
def test_no_user_alone_can_occupy_all_threads_of_a_pool(pool):
    assert pool.per_user <= pool.threads / 2


def declared(world):
    """(`METHOD /path`, route) of every route of the real application."""
    for route in routes(world.services, world.platform):
        if isinstance(route, Mount) and route.path == "/api":
            for context in iter_route_contexts(route.app.routes):
                found = context.original_route if hasattr(context, "original_route") else context
                for method in getattr(found, "methods", None) or ():
                    yield f"{method} /api{found.path}", found
        else:
            for method in getattr(route, "methods", None) or ():
                yield f"{method} {route.path}", route


def test_the_table_names_a_pool_for_every_route_and_no_other(world):
    assert {name for name, _ in declared(world) if not name.startswith("HEAD ")} == ROUTES.keys()


def test_every_route_runs_in_the_pool_of_the_table(world):
    for name, route in declared(world):
        assert isinstance(route, LimitedApiRoute if isinstance(route, APIRoute) else LimitedRoute), name
        if not name.startswith("HEAD "):
            assert route.pool is ROUTES[name], name


def test_only_folders_of_files_are_mounted_beside_the_api(world):
    mounted = [route.path for route in routes(world.services, world.platform) if isinstance(route, Mount)]
    assert mounted == ["/assets", "/api"]


def test_what_changes_something_is_limited_per_user_or_open_to_strangers():
    strangers = {"/sign-in", "/sign-out", "/set-password", "/api/auth/sign-up", "/api/auth/login"}
    for name, pool in ROUTES.items():
        method, path = name.split(" ")
        if method not in SAFE_METHODS:
            assert (pool.per_user == 0) == (path in strangers), name


@pytest.mark.parametrize(
    ("methods", "pool"), [(["GET"], READS), (None, READS), (["POST"], WRITES), (["GET", "PUT"], WRITES)]
)
def test_a_route_that_the_table_forgets_is_limited_too(methods, pool):
    assert pool_of(methods, "/api/forgotten") is pool


def test_a_pool_is_one_for_all_its_routes_of_a_loop():
    async def look():
        pool = Pool("test", 1)
        assert pool.limiter() is pool.limiter()
        assert await pool.run(lambda: pool.name) == "test"

    run(look)
