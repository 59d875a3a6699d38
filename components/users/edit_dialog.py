"""The dialog in which a person is edited: errors beside their fields, conflicts field by field, no typing lost."""

from functools import partial
from typing import Final

import streamlit as st

from components.kit import dialogs, feedback, forms
from components.kit.markdown import plain
from components.session import current_actor
from components.users.edit_draft import PersonDraft, options
from components.users.fields import display_name
from data.core.permissions import GRANTS, Actor, Permission, Reach
from data.services import get_services
from data.users.models import Person

DIALOG: Final = "edit_person"
DRAFT: Final = "edit_person/draft"
OPENING: Final = "edit_person/opening"
OWN: Final = ("phone", "location", "timezone", "bio")
PLACE: Final = ("department", "job_title", "manager_id")
RIGHTS: Final = ("email", "role")


def open_for(user_id: str) -> None:
    """A callback: begin an edit from what is stored now."""
    with feedback.attempt(OPENING):
        actor = current_actor()
        base = get_services().users.get_person_for(actor, user_id, Permission.EDIT_PROFILES)
        dialogs.open_for(DIALOG, user_id)
        st.session_state[DRAFT] = PersonDraft(dialogs.draft(DIALOG), base, editable(actor, base), options(actor))


def editable(actor: Actor, person: Person) -> tuple[str, ...]:
    """The fields that `actor` is offered; the service decides."""
    everywhere = GRANTS[actor.role].get(Permission.EDIT_PROFILES) is Reach.ORGANISATION
    place = PLACE if everywhere or actor.user_id != person.id else ()
    rights = RIGHTS if Permission.EDIT_USERS in GRANTS[actor.role] else ()
    return ("first_name", "last_name", *rights, *place, *OWN)


def ask() -> None:
    """Draw the dialog if it is open; say why it could not be opened."""
    feedback.settled(OPENING)
    draft = st.session_state.get(DRAFT)
    if isinstance(draft, PersonDraft) and dialogs.subject(DIALOG) == draft.base.id:
        st.dialog(plain(f"Edit {display_name(draft.base.user)}"), width=600, on_dismiss=_put_away)(_form)(draft)


def _form(draft: PersonDraft) -> None:
    if dialogs.subject(DIALOG) is None:
        st.rerun()
    current_actor()  # the dialog runs without the frame
    with st.form("edit_person_form", border=False, enter_to_submit=False):
        draft.ask()
        with st.container(key="pairs_edit_person", horizontal=True, gap=16):
            draft.draw(draft.names, width="stretch")
        draft.settle()
        with forms.dialog_end(DIALOG, len(draft.problems)):
            if st.form_submit_button("Cancel", key="cancel_edit", on_click=_put_away):
                st.rerun()
            save = partial(_save, draft.key)
            st.form_submit_button("Save changes", key="go_edit", type="primary", on_click=save)


def _save(key: str) -> None:
    """The callback. A late second click finds the draft put away and does nothing."""
    draft = st.session_state.get(DRAFT)
    if isinstance(draft, PersonDraft) and draft.key == key and draft.save():
        _put_away()
        feedback.done(f"{display_name(draft.base.user)} is saved.")


def _put_away() -> None:
    st.session_state.pop(DRAFT, None)
    dialogs.close(DIALOG)
