"""Websockets: how much a browser may send, and how many stay open without a user who is signed in."""

import anyio
import pytest

from data.authentication.sessions import SessionService
from data.core.permissions import Role
from data.web import sockets
from data.web.sockets import PER_USER, TOTAL, Sockets
from tests.asynchronous import run
from tests.doors import PASSWORD, Browser

URL = "https://ops.example.com"
NO_MORE, TOO_MUCH, NOT_BINARY, REFUSED = 1013, 1009, 1003, 1008


class Page:
    """Takes the place of Streamlit: accepts a websocket and reads until it is closed."""

    def __init__(self):
        self.came, self.open, self.failure = [], 0, None

    async def __call__(self, _, receive, send):
        self.open += 1
        try:
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] != "websocket.disconnect":
                if message["type"] == "websocket.receive":
                    self.came.append(message["bytes"])
                if self.failure:
                    raise self.failure
        finally:
            self.open -= 1


class Socket:
    """One websocket, spoken in ASGI."""

    def __init__(self, app, scope):
        self._app, self._scope, self.sent = app, scope, []
        self._way, self._messages = anyio.create_memory_object_stream(100)
        self._way.send_nowait({"type": "websocket.connect"})
        self.ended, self.error = anyio.Event(), None

    async def run(self):
        async def send(message):
            self.sent.append(message)

        try:
            await self._app(self._scope, self._messages.receive, send)
        except Exception as error:  # noqa: BLE001 - looked at by the test
            self.error = error
        self.ended.set()

    def says(self, *, text=None, data=None):
        self._way.send_nowait({"type": "websocket.receive", "text": text, "bytes": data})

    def leaves(self):
        self._way.send_nowait({"type": "websocket.disconnect", "code": 1001})

    @property
    def answer(self):
        """True once it is accepted, the code once it is closed, None before."""
        last = self.sent[-1] if self.sent else {"type": ""}
        return {"websocket.accept": True}.get(last["type"], last.get("code"))


async def until(condition):
    while not condition():  # noqa: ASYNC110 - answers of other tasks
        await anyio.sleep(0.01)


@pytest.fixture
def page():
    return Page()


@pytest.fixture
def app(page):
    return Sockets(page)


def of(app, *, actor=None, user="ann"):
    return Socket(app, {"type": "websocket", "actor": actor, "former_user": user})


@pytest.fixture
def ann(world):
    return world.person(Role.USER, name="ann")


@pytest.mark.parametrize(("sizes", "passes"), [([65_536], True), ([65_537], False), ([30_000, 30_000, 6_000], False)])
def test_without_a_user_little_can_be_sent_in_all(app, page, sizes, passes):
    async def send():
        socket = of(app)
        for size in sizes:
            socket.says(data=bytes(size))
        socket.leaves()
        await socket.run()
        assert (socket.answer is True, sum(map(len, page.came)) == sum(sizes)) == (passes, passes)
        assert passes or socket.answer == TOO_MUCH

    run(send)


@pytest.mark.parametrize(("size", "passes"), [(1_000_000, True), (1_000_001, False)])
def test_a_user_sends_messages_of_a_megabyte_and_any_number_of_them(app, page, ann, size, passes):
    async def send():
        socket = of(app, actor=ann)
        for _ in range(3):
            socket.says(data=bytes(size))
        socket.leaves()
        await socket.run()
        assert (socket.answer, len(page.came)) == ((True, 3) if passes else (TOO_MUCH, 0))

    run(send)


def test_text_is_not_what_pages_send(app, page, ann):
    async def send():
        socket = of(app, actor=ann)
        socket.says(text="{}")
        await socket.run()
        assert (socket.answer, page.came) == (NOT_BINARY, [])

    run(send)


def test_what_is_sent_after_the_close_goes_nowhere(ann):
    async def app(scope, receive, send):  # noqa: ARG001
        await receive()
        assert (await receive())["type"] == "websocket.disconnect"
        with pytest.raises(OSError, match="closed"):
            await send({"type": "websocket.send", "bytes": b"x"})

    async def send():
        socket = of(Sockets(app), actor=ann)
        socket.says(data=bytes(sockets.MOST + 1))
        await socket.run()
        assert (socket.error, len(socket.sent)) == (None, 1)

    run(send)


def test_a_browser_without_a_user_has_so_many_sockets_and_others_have_theirs(app, page):
    async def open_them():
        async with anyio.create_task_group() as group:
            first = [of(app) for _ in range(PER_USER)]
            for socket in first:
                group.start_soon(socket.run)
            await until(lambda: page.open == PER_USER)
            one_more, other = of(app), of(app, user="bob")
            await one_more.run()
            assert one_more.answer == NO_MORE
            group.start_soon(other.run)
            await until(lambda: other.answer is True)
            first[0].leaves()
            await first[0].ended.wait()
            again = of(app)
            group.start_soon(again.run)
            await until(lambda: again.answer is True)
            group.cancel_scope.cancel()

    run(open_them)
    assert page.open == 0


def test_there_are_so_many_sockets_without_a_user_in_all(app, page, ann):
    async def open_them():
        async with anyio.create_task_group() as group:
            for number in range(TOTAL):
                group.start_soon(of(app, user=f"user-{number}").run)
            await until(lambda: page.open == TOTAL)
            late = of(app, user="late")
            await late.run()
            assert late.answer == NO_MORE
            known = of(app, actor=ann)
            group.start_soon(known.run)
            await until(lambda: known.answer is True)
            group.cancel_scope.cancel()

    run(open_them)


@pytest.mark.parametrize("end", ["leaves", "fails", "sends too much", "is cancelled"])
def test_a_place_is_free_again_however_a_socket_ends(app, page, end):
    async def open_and_end():
        async with anyio.create_task_group() as group:
            ones = [of(app) for _ in range(PER_USER)]
            for socket in ones:
                group.start_soon(socket.run)
            await until(lambda: page.open == PER_USER)
            if end == "is cancelled":
                group.cancel_scope.cancel()
                return
            page.failure = ValueError("broken") if end == "fails" else None
            for socket in ones:
                if end == "leaves":
                    socket.leaves()
                else:
                    socket.says(data=bytes(1 if end == "fails" else 70_000))

    async def look():
        await open_and_end()
        page.failure = None
        again = of(app)
        again.leaves()
        await again.run()
        assert again.answer is True

    run(look)


def opened(browser, *, path="/_stcore/stream", **headers):
    """Whether a page's websocket is accepted."""
    from starlette.websockets import WebSocketDisconnect  # noqa: PLC0415

    try:
        with browser.http.websocket_connect(
            f"wss://ops.example.com{path}", headers={"origin": URL, **headers}
        ) as socket:
            return socket.receive_json() is not None
    except WebSocketDisconnect as closed:
        return closed.code


@pytest.fixture
def former(world):
    """The browser of a user whose session has ended: the cookie of its device remains."""
    user = world.person(Role.USER, name="ann", password=PASSWORD)
    browser = Browser(world)
    browser.sign_in(user.username)
    (session,) = world.services.sessions.list_of(world.services.sessions.acting_as("ann"), "ann")
    world.services.sessions.end(session.secret_sha256)
    return browser


def test_a_device_cookie_opens_a_websocket_while_its_user_is_active(world, former):
    assert opened(former) is True
    root = world.person(Role.ADMIN, name="root")
    world.services.users.deactivate(root, "ann")
    assert opened(former) == REFUSED
    world.services.users.reactivate(root, "ann")
    assert opened(former) is True


def test_a_device_cookie_without_a_user_opens_no_websocket(world):
    stranger = Browser(world)
    devices = world.services.credentials.devices
    for device in (devices.remembered("", "gone"), devices.remembered("", ""), "", "x", "a.b.c"):
        assert opened(stranger, cookie=f"__Host-dashboard_device={device}") == REFUSED


def test_a_socket_of_a_device_is_counted_for_its_user(former, monkeypatch):
    counted = []

    async def count(self, scope, receive, send):  # noqa: ARG001
        counted.append((scope["actor"], scope["former_user"]))
        await send({"type": "websocket.close", "code": NO_MORE})

    monkeypatch.setattr(Sockets, "__call__", count)
    assert opened(former) == NO_MORE
    assert counted == [(None, "ann")]


def test_a_signed_in_user_costs_no_look_at_the_device(former, monkeypatch):
    former.sign_in("ann")
    monkeypatch.setattr(SessionService, "device_owner", None)
    assert opened(former) is True


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/readyz", "/api/users", "/assets/x", "/x/_stcore/health"])
def test_no_other_address_takes_a_websocket_without_a_user(former, path):
    assert opened(former, path=path) == REFUSED
    assert opened(Browser(former.world), path=path) == REFUSED
