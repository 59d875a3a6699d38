"""What a double click must not do twice.

Streamlit begins the run of a second click while the first one's callback is still at work, in another thread, and
ends the first at its next look at the session's state, be its work done or not. So what was done is remembered
here, beside the sessions, and a click that comes meanwhile waits for the one before it.
"""

from collections.abc import Callable
from secrets import token_hex
from threading import Lock
from typing import Any, Final, TypeVar

import streamlit as st
from cachetools import LRUCache, TTLCache

T = TypeVar("T")
REMEMBERED: Final = 1_000  # acts
LONG_ENOUGH: Final = 60  # seconds; a second click comes within one, and a result may be a secret
_results: Final[TTLCache[str, Any]] = TTLCache(REMEMBERED, LONG_ENOUGH)
_turns: Final[LRUCache[str, Lock]] = LRUCache(REMEMBERED)
_lock: Final = Lock()


def once(act: str, work: Callable[[], T]) -> T:
    """The result of `work`, which is done until it went well once under the name `act`: a draft's id, never reused.

    Raises what `work` raises; it may then be tried again. `work` must not look at the session's state after its
    deed, or that is done again.
    """
    with _turn(act):
        with _lock:
            known = _results.get(act)
        if known is None:
            known = (work(),)
            with _lock:
                _results[act] = known
        result: T = known[0]
        return result


def draft(act: str) -> str:
    """The name under which `act` is done next in this tab: the same until it is `spent`."""
    key = f"{act}/draft"
    if key not in st.session_state:
        st.session_state[key] = token_hex(8)
    return str(st.session_state[key])


def spent(act: str) -> None:
    """It is done; the next click is another. To be called in a callback."""
    st.session_state.pop(f"{act}/draft", None)


def _turn(act: str) -> Lock:
    with _lock:
        return _turns.setdefault(act, Lock())
