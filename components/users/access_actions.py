"""What an admin does for somebody's sign-in: a new link, lifting a delay, signing them out everywhere."""

from functools import partial
from typing import Final

import streamlit as st

from components.kit import dialogs, elements, feedback
from components.kit.markdown import plain
from components.kit.values import Effect
from components.session import current_actor
from components.users.fields import display_name
from data.services import get_services
from data.users.models import User

LINK: Final = "new_link"
EVERYWHERE: Final = "everywhere"
MADE: Final = "new_link/made"


def buttons(user: User) -> None:
    """The acts, in a popover for the head of a person's page."""
    with st.popover("Sign-in", icon=":material/lock_reset:", key="sign_in_acts"):
        st.button("New set-password link…", key="act_link", on_click=dialogs.open_for, args=(LINK, user.user_id))
        st.button("Lift the delay on signing in", key="act_unlock", on_click=_unlock, args=(user,))
        st.button("Sign out everywhere…", key="danger_out", on_click=dialogs.open_for, args=(EVERYWHERE, user.user_id))


def ask(user: User, sessions: int) -> None:
    """Draw the dialog that is open, if one is."""
    feedback.settled("unlock")
    name = display_name(user)
    if st.session_state.get(MADE):
        st.dialog(plain(f"A link for {name}"), width=480, on_dismiss=_forget)(_shown)(st.session_state[MADE])
    elif dialogs.subject(LINK) == user.user_id:
        close = partial(dialogs.close, LINK)
        st.dialog(plain(f"New set-password link for {name}"), width=480, on_dismiss=close)(_new)(user)
    elif dialogs.subject(EVERYWHERE) == user.user_id:
        close = partial(dialogs.close, EVERYWHERE)
        st.dialog(plain(f"Sign {name} out everywhere"), width=480, on_dismiss=close)(_everywhere)(user, sessions)


def _new(user: User) -> None:
    effects = [
        Effect("warn", "link", "The link works once, for 72 hours. It is shown to you now and never again."),
        Effect("keep", "password", "The present password goes on working until the link is used."),
    ]
    dialogs.confirm(LINK, effects, act="Make the link", work=partial(_make, user.user_id), danger=False, done=_made)


def _make(user_id: str) -> str:
    return get_services().sessions.new_link(current_actor(), user_id)


def _made(url: str) -> None:
    st.session_state[MADE] = url


def _shown(url: str) -> None:
    elements.secret_once("Set-password link.", url)
    with st.container(key="ends_link", horizontal=True, horizontal_alignment="right", gap=8):
        if st.button("Done", key="link_done", type="primary", on_click=_forget):
            st.rerun()


def _forget() -> None:
    st.session_state.pop(MADE, None)


def _everywhere(user: User, sessions: int) -> None:
    effects = [
        _ending(sessions),
        Effect("warn", "key_off", "Personal tokens stop working"),
        Effect("keep", "password", "The password stays; they can sign in again at once"),
    ]
    dialogs.confirm(EVERYWHERE, effects, act="Sign out everywhere", work=partial(_sign_out, user))


def _ending(sessions: int) -> Effect:
    if not sessions:
        return Effect("keep", "logout", "They are signed in nowhere just now")
    ends = "1 open session ends at its" if sessions == 1 else f"{sessions} open sessions end at their"
    return Effect("bad", "logout", f"{ends} next click")


def _sign_out(user: User) -> None:
    get_services().sessions.sign_out_everywhere(current_actor(), user.user_id)
    feedback.done(f"{display_name(user)} is signed out everywhere.")


def _unlock(user: User) -> None:
    with feedback.attempt("unlock"):
        get_services().sessions.unlock(current_actor(), user.user_id)
        feedback.done(f"{display_name(user)} can try to sign in again at once.")
