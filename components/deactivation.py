"""Ending and giving back a person's access: the effects listed, the name typed, and undo."""

from functools import partial
from typing import Final

import streamlit as st

from components import dialogs, feedback
from components.formatting import literal, plural
from components.session import current_actor
from components.values import Effect
from data import bootstrap
from data.users.models import User

DIALOG: Final = "deactivate"


def button(user: User) -> None:
    """At the head of the person's page."""
    if user.active:
        st.button("Deactivate…", key="danger_open", on_click=dialogs.open_for, args=(DIALOG, user.user_id))
    else:
        st.button("Reactivate", icon=":material/person_check:", key="reactivate", on_click=reactivate, args=(user,))


def ask(user: User, sessions: int) -> None:
    """Draw the dialog if it is open for this person."""
    feedback.settled("reactivate")
    if dialogs.subject(DIALOG) == user.user_id:
        close = partial(dialogs.close, DIALOG)
        st.dialog(f"Deactivate {literal(user.name)}", width=480, on_dismiss=close)(_body)(user, sessions)


def _body(user: User, sessions: int) -> None:
    work = partial(_deactivate, user)
    first = user.first_name or user.username
    with feedback.explained():
        dialogs.confirm(DIALOG, _effects(user, sessions), act=f"Deactivate {first}", typed=user.name, work=work)


def _effects(user: User, sessions: int) -> list[Effect]:
    found = bootstrap.get_services().directory.effects(current_actor(), user.user_id)
    listed = [
        Effect(
            "bad",
            "logout",
            f"Signed out everywhere: {plural(sessions, 'session', 'sessions')} and all tokens end at once",
        )
    ]
    if found.last_admin:
        listed.append(
            Effect("bad", "shield_person", "The last active admin: this will be refused until there is another")
        )
    if found.reports:
        more = " or more" if found.more_reports else ""
        who = plural(len(found.reports), "person reports", "people report")
        listed.append(
            Effect("warn", "account_tree", f"{who}{more} to {user.name} and keep an inactive manager until moved")
        )
    listed.append(
        Effect(
            "keep", "person", "The profile, the picture and the audit trail stay; the role comes back on reactivation"
        )
    )
    return listed


def _deactivate(user: User) -> None:
    bootstrap.get_services().users.deactivate(current_actor(), user.user_id)
    feedback.done(f"{user.name} is deactivated.", partial(reactivate, user))


def reactivate(user: User) -> None:
    """A callback."""
    with feedback.attempt("reactivate"):
        bootstrap.get_services().users.reactivate(current_actor(), user.user_id)
        feedback.done(f"{user.name} can sign in again.")
