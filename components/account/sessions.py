"""Settings, sessions: where one is signed in, and a way to end each."""

from contextlib import suppress
from functools import partial
from typing import Final

import streamlit as st

from components.kit import dialogs, elements, feedback, forms, markup
from components.kit.formatting import count, plural
from components.kit.list_rows import end_button, mark, row
from components.kit.markup import joined
from components.kit.values import Effect, State
from components.session import current_actor
from data.authentication.models import Session
from data.core.errors import NotFound
from data.core.permissions import Actor
from data.services import get_services

ELSEWHERE: Final = "elsewhere"
ACT: Final = "session_ended"
MOST_SHOWN: Final = 20


def show(actor: Actor) -> None:
    """The list, the present one first. Raises NotSignedIn."""
    found = get_services().sessions.list_of(actor, actor.user_id)
    here = [session for session in found if _is_here(session, actor)]
    others = [session for session in found if not _is_here(session, actor)]
    feedback.settled(ACT)
    with forms.group("own_sessions", "Sessions", "Where you are signed in. One that is not used for 12 hours ends."):
        for session in here:
            with row(session.id, _icon(session), session.browser, _line(session)):
                mark(State("This one", "ok"))
        for session in others[:MOST_SHOWN]:
            with row(session.id, _icon(session), session.browser, _line(session)):
                end_button("Sign out", session.browser, session.id, _end, session.id)
        if unseen := others[MOST_SHOWN:]:
            elements.said(f"And {count(len(unseen))} more, older ones.")
        if not others:
            elements.said("You are signed in nowhere else.")
    if len(others) > 1:
        with st.container(key="ends_sessions", horizontal=True, horizontal_alignment="right"):
            st.button(
                "Sign out everywhere else…", key="danger_open_elsewhere", on_click=dialogs.open_for, args=(ELSEWHERE,)
            )
    if dialogs.subject(ELSEWHERE):
        _ask(others)


@st.dialog("Sign out everywhere else", width=480, on_dismiss=partial(dialogs.close, ELSEWHERE))
def _ask(others: list[Session]) -> None:
    effects = [
        Effect("warn", "logout", f"{plural(len(others), 'session', 'sessions')} end at their next click"),
        Effect("keep", "computer", "This session goes on"),
        Effect("keep", "key", "Personal tokens and your password stay"),
    ]
    dialogs.confirm(ELSEWHERE, effects, act="Sign out everywhere else", work=_end_others)


def _end(session_id: str) -> None:
    """The callback of a row; that the session is gone already is as good."""
    with feedback.attempt(ACT):
        _revoke(session_id)
        feedback.done("That session has ended.")


def _end_others() -> None:
    get_services().sessions.sign_out_elsewhere(current_actor())
    feedback.done("You are signed out everywhere else.")


def _revoke(session_id: str) -> None:
    actor = current_actor()
    with suppress(NotFound):
        get_services().sessions.revoke(actor, actor.user_id, session_id)


def _is_here(session: Session, actor: Actor) -> bool:
    return session.secret_sha256 == actor.session


def _icon(session: Session) -> str:
    phone = any(name in session.browser for name in ("Android", "iPhone", "iPad"))
    return "terminal" if session.via == "api" else "smartphone" if phone else "computer"


def _line(session: Session) -> list[str]:
    used = joined("last used ", markup.time(session.last_seen_at))
    return [session.address or "unknown address", joined("signed in ", markup.time(session.created_at)), used]
