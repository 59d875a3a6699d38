"""Limit how many pages of one user run at the same moment.

All pages share one interpreter. Without a limit, forty tabs of one user, or a program that acts like them, delay the
pages and API requests of all others by seconds. Further tabs of the user wait for their turn.
"""

import asyncio
from typing import Final
from weakref import WeakValueDictionary

from starlette.types import Message
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PER_USER: Final = 4
LONGEST_SECONDS: Final = 60  # a turn ends after this time even if no end of the run was seen
LONGEST_END: Final = 300  # bytes; the message at the end of a run is about 40, others are not parsed


class ScriptTurns:
    """The turns of all users, by user ID. Use it in one event loop only."""

    def __init__(self) -> None:
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, user_id: str) -> "Turn":
        """Return the turn of a new connection."""
        places = self._places.get(user_id)
        if places is None:
            places = self._places[user_id] = asyncio.Semaphore(PER_USER)
        return Turn(places)


class Turn:
    """One connection's turn, which it takes before a run and gives back at the end."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._expiry: asyncio.TimerHandle | None = None  # set while the turn is taken

    async def take(self) -> None:
        """Wait for a free place. A connection that has one keeps it: its new run replaces the old one."""
        if self._expiry is None:
            await self._places.acquire()
            self._expiry = asyncio.get_running_loop().call_later(LONGEST_SECONDS, self.give_back)

    def give_back(self) -> None:
        """Free the place, if one is taken."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
            self._places.release()

    def note_sent(self, message: Message) -> None:
        """Give the turn back if Streamlit sends the end of the run, and no run follows it."""
        data = message.get("bytes") or b""
        if self._expiry is not None and 0 < len(data) <= LONGEST_END and _ends_run(data):
            self.give_back()


def _ends_run(data: bytes) -> bool:
    sent = ForwardMsg.FromString(data)
    ended: bool = sent.WhichOneof("type") == "script_finished"
    return ended and bool(sent.script_finished != ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN)
