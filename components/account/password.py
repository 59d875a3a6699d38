"""Settings, password: the present one, the new one, and what a change ends."""

import secrets
from typing import Final

import streamlit as st

from components.kit import feedback, forms
from components.kit.forms import field
from components.kit.idempotency import once
from components.session import current_actor
from data.services import get_services

FORM: Final = "own_password"
EFFECT: Final = "A change signs you out everywhere else and ends your personal tokens. You stay signed in here."


def show() -> None:
    """The form. What was typed is forgotten as soon as it is saved."""
    key = st.session_state.setdefault(FORM, _fresh())
    problems = feedback.problems(key)
    with st.form(f"{key}_form", border=False):
        with forms.group(FORM, "Password", EFFECT):
            field(
                "password",
                f"{key}_current",
                "Present password",
                value="",
                error=problems.get("current"),
                autocomplete="current-password",
                required=True,
            )
            field(
                "password",
                f"{key}_new",
                "New password",
                value="",
                error=problems.get("password"),
                hint="At least 10 characters, and none of the common ones.",
                autocomplete="new-password",
                required=True,
            )
        feedback.settled(key, beside=("current", "password"))
        forms.form_end(len(problems), "Change password", None, on_save=_save, args=(key,), key=key)


def _save(key: str) -> None:
    """The callback. A late second click carries the key of a form that is gone."""
    if st.session_state.get(FORM) != key:
        return
    current, new = (str(st.session_state.get(f"{key}_{name}") or "") for name in ("current", "new"))
    with feedback.attempt(key):
        once(key, lambda: get_services().sessions.change_password(current_actor(), current, new))
    if feedback.outcome(key) is None:
        feedback.forget(key)
        forms.forget(f"{key}_current", f"{key}_new")
        st.session_state[FORM] = _fresh()
        feedback.done("Your password is changed. You are signed out everywhere else.")


def _fresh() -> str:
    return f"{FORM}-{secrets.token_hex(4)}"
