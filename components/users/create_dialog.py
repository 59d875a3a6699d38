"""The dialog in which an admin adds a person, and the one place where the set-password link is shown."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from components.frame import navigation
from components.kit import dialogs, elements, feedback
from components.kit.combo import text_of
from components.kit.forms import dialog_end, field
from components.kit.idempotency import once
from components.kit.markdown import plain
from components.session import current_actor
from components.users.fields import ROLES, display_name, fields, place_options
from data.core.errors import InvalidInput
from data.core.permissions import Actor, Role
from data.services import get_services
from data.users.models import CreatePerson
from data.users.service import Created

DIALOG: Final = "new_person"
NAMES: Final = ("first_name", "last_name")
PLACE: Final = ("job_title", "department", "manager_id")
MADE: Final = "new_person/made"


def compose() -> None:
    """Open the dialog. A double click makes one person: the draft's id becomes theirs."""
    made = st.session_state.get(MADE)
    _link(made) if made else _form()


def _put_away() -> None:
    st.session_state.pop(MADE, None)
    dialogs.close(DIALOG)


@st.dialog("Add a person", width=600, on_dismiss=_put_away)
def _form() -> None:
    actor = current_actor()
    draft = dialogs.draft(DIALOG)
    problems = feedback.problems(draft)
    with st.container(key="pairs_new_person", horizontal=True, gap=16):
        options = place_options(actor)
        drawn = partial(fields, prefix=draft, values={}, problems=problems, options=options, width="stretch")
        drawn(NAMES)
        text = partial(field, "text", value="", width="stretch")
        text(f"{draft}_email", "E-mail", error=problems.get("email"), required=True)
        hint = "For signing in; it never changes."
        text(f"{draft}_username", "Username", error=problems.get("username"), hint=hint, required=True)
        field(
            "select",
            f"{draft}_role",
            "Role",
            value="user",
            width="stretch",
            options=_roles(actor),
            error=problems.get("role"),
        )
        drawn(PLACE)
    if st.session_state.get(MADE):
        st.rerun()
    feedback.settled(draft, beside=problems.keys())
    with dialog_end(DIALOG, len(problems)):
        if st.button("Cancel", key="cancel_new_person", on_click=_put_away):
            st.rerun()
        st.button("Add person", key="go_new_person", type="primary", on_click=_add, args=(draft,))


def _roles(actor: Actor) -> dict[str, str]:
    return {role.value: ROLES[role] for role in Role if role.rank <= actor.role.rank}


def _add(draft: str) -> None:
    """The callback: runs once and whole."""
    if dialogs.draft(DIALOG) != draft or st.session_state.get(MADE):
        return
    typed = {name: text_of(f"{draft}_{name}") for name in ("email", "username", "role", *NAMES, *PLACE)}
    sent = {name: text for name, text in typed.items() if text}
    with feedback.attempt(draft):
        command = _command({"email": "", "username": "", **sent})
        users, user_id = get_services().users, draft.removeprefix("new_person-")
        st.session_state[MADE] = once(draft, lambda: users.create(current_actor(), command, user_id=user_id))


def _command(sent: Mapping[str, str]) -> CreatePerson:
    """What was typed. Raises InvalidInput, also for a taken e-mail beside what else is wrong."""
    try:
        return CreatePerson.of(**sent)
    except InvalidInput as error:
        well_formed = "email" not in error.fields
        taken = get_services().users.taken(current_actor(), sent["email"]) if well_formed else {}
        raise InvalidInput({**taken, **error.fields}) from None


@st.dialog("The person is added", width=480, on_dismiss=_put_away)
def _link(made: Created) -> None:
    """Shown this once; closing the dialog forgets it."""
    name = display_name(made.person.user)
    elements.said(f"{name} can sign in after choosing a password. Send them this link; it works once, for 72 hours.")
    if made.set_password_url:
        elements.secret_once("Set-password link.", made.set_password_url)
    with st.container(key="ends_made", horizontal=True, horizontal_alignment="right", gap=8):
        if st.button(plain(f"Open {name}"), key="made_open"):
            _put_away()
            st.switch_page(navigation.path_of("user"), query_params={"id": made.person.id})
        if st.button("Done", key="made_done", type="primary", on_click=_put_away):
            st.rerun()
