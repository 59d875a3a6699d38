"""Pages of one user run in turns, so that many tabs of one user do not delay the others."""

from contextlib import asynccontextmanager
from types import SimpleNamespace

import anyio
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from components.frame import script_turns
from components.frame.script_turns import PER_USER
from components.frame.websocket_frames import WebsocketFrames
from tests.asynchronous import run

RERUN = BackMsg(rerun_script={"query_string": ""}).SerializeToString()
STATUS = ForwardMsg.ScriptFinishedStatus
DONE = [STATUS.FINISHED_SUCCESSFULLY, STATUS.FINISHED_WITH_COMPILE_ERROR, STATUS.FINISHED_FRAGMENT_RUN_SUCCESSFULLY]


class Pages:
    """In the place of Streamlit: `begun` are the connections whose runs began and did not end."""

    def __init__(self):
        self.begun, self.send = [], {}

    async def __call__(self, scope, receive, send):
        self.send[scope["name"]] = send
        while (await receive())["type"] != "websocket.disconnect":
            self.begun.append(scope["name"])

    async def end(self, name, status=STATUS.FINISHED_SUCCESSFULLY):
        self.begun.remove(name)
        message = ForwardMsg(script_finished=status)
        await self.send[name]({"type": "websocket.send", "bytes": message.SerializeToString()})


@asynccontextmanager
async def browsers(pages, *names):
    """A connection for each name, as `user-tab`; each yielded function sends a message of that browser."""
    app = WebsocketFrames(pages)
    async with anyio.create_task_group() as group:
        ways = {}
        for name in names:
            ways[name], messages = anyio.create_memory_object_stream(100)
            user = SimpleNamespace(user_id=name.partition("-")[0])
            scope = {"type": "websocket", "actor": user, "name": name}
            group.start_soon(app, scope, messages.receive, _ignore)
        yield {name: way.send for name, way in ways.items()}
        group.cancel_scope.cancel()


async def _ignore(_message):
    pass


async def rerun(send):
    await send({"type": "websocket.receive", "bytes": RERUN})


async def settled(pages, count):
    while len(pages.begun) < count:  # noqa: ASYNC110 - other tasks move on
        await anyio.sleep(0.001)
    await anyio.wait_all_tasks_blocked()


TABS = [f"ann-{number}" for number in range(PER_USER + 2)]


@pytest.mark.parametrize("status", DONE)
def test_further_tabs_wait_until_a_run_has_ended(status):
    async def test():
        pages = Pages()
        async with browsers(pages, *TABS) as opened:
            for send in opened.values():
                await rerun(send)
            await settled(pages, PER_USER)
            assert len(pages.begun) == PER_USER
            await pages.end(pages.begun[0], status)
            await settled(pages, PER_USER)
            assert len(pages.begun) == PER_USER
            assert len(pages.send) == len(TABS)

    run(test)


def test_other_users_do_not_wait():
    async def test():
        pages = Pages()
        async with browsers(pages, *TABS, "bob-0") as opened:
            for name in TABS:
                await rerun(opened[name])
            await settled(pages, PER_USER)
            await rerun(opened["bob-0"])
            await settled(pages, PER_USER + 1)
            assert "bob-0" in pages.begun

    run(test)


def test_a_run_that_is_replaced_keeps_its_turn():
    async def test():
        pages = Pages()
        async with browsers(pages, *TABS) as opened:
            for name in TABS[:PER_USER]:
                await rerun(opened[name])
            await settled(pages, PER_USER)
            await rerun(opened[TABS[0]])
            await settled(pages, PER_USER + 1)
            await pages.end(TABS[0], STATUS.FINISHED_EARLY_FOR_RERUN)
            await rerun(opened[TABS[-1]])
            await anyio.wait_all_tasks_blocked()
            assert TABS[-1] not in pages.begun
            await pages.end(TABS[0])
            await settled(pages, PER_USER)
            assert TABS[-1] in pages.begun

    run(test)


def test_a_closed_tab_gives_its_turn_to_the_next():
    async def test():
        pages = Pages()
        async with browsers(pages, *TABS) as opened:
            for name in TABS:
                await rerun(opened[name])
            await settled(pages, PER_USER)
            await opened[pages.begun[0]]({"type": "websocket.disconnect", "code": 1001})
            await settled(pages, PER_USER + 1)

    run(test)


def test_a_run_whose_end_is_never_seen_loses_its_turn(monkeypatch):
    monkeypatch.setattr(script_turns, "LONGEST_SECONDS", 0.01)

    async def test():
        pages = Pages()
        async with browsers(pages, *TABS) as opened:
            for name in TABS:
                await rerun(opened[name])
            await settled(pages, len(TABS))

    run(test)
