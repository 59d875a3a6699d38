"""Who is at the screen. Asked anew in every rerun, fragment, dialog and callback; never remembered beyond it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import randbytes
from typing import Final

import streamlit as st

from data.core.errors import NotSignedIn
from data.core.logs import acting, correlation_id
from data.core.permissions import Actor
from data.services import get_services

OWNER: Final = "session/owner"
_running: Final[ContextVar[Actor | None]] = ContextVar("actor of this run", default=None)


def current_actor() -> Actor:
    """The person behind this connection, from session and user as they are stored now.

    The gate's headers say only which session, so a forged one grants nothing. State that somebody else left in
    this browser session is thrown away before anything is shown. Raises NotSignedIn.
    """
    if actor := _running.get():
        return actor
    if not correlation_id.get():
        correlation_id.set(randbytes(8).hex())  # noqa: S311 - a reference for log and trail, and no secret
    sessions = get_services().sessions
    told = st.user.to_dict()  # one look: with each, Streamlit asks for its secrets
    actor = sessions.actor(str(told.get("user_id", "-")), str(told.get("session", "-")))
    acting.set((actor.org_id, actor.user_id))
    if st.session_state.setdefault(OWNER, actor.user_id) != actor.user_id:
        st.session_state.clear()
        raise NotSignedIn("This tab belonged to somebody else. Sign in again.")
    return actor


@contextmanager
def run_of(actor: Actor) -> Iterator[None]:
    """While the frame runs a page for `actor`, whom it has just read, the page need not read them again.

    Fragments, dialogs and callbacks run without the frame, hence outside of this, and ask for themselves.
    """
    token = _running.set(actor)
    try:
        yield
    finally:
        _running.reset(token)
        correlation_id.set("")
        acting.set(("", ""))
