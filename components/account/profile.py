"""Settings, profile: one's own picture and what colleagues see of oneself."""

import secrets
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.kit import elements, feedback, forms
from components.kit.uploads import picture_chooser
from components.kit.values import Value
from components.users import edit_dialog as user_edit_dialog
from components.users.edit_draft import PersonDraft, options
from components.users.fields import LABELS, ROLES, display_name
from data.core.permissions import Actor, Permission
from data.services import get_services
from data.users.models import Person

FORM: Final = "own_profile"
SEEN: Final = ("first_name", "last_name", "phone", "location", "timezone", "bio")
OTHERS: Final = "Your manager or an admin sets these."
PLACE: Final = ("job_title", "department", "manager_id")


def show(actor: Actor) -> None:
    """Picture, account and the form. Raises NotSignedIn and what reading a person raises."""
    person = get_services().users.get_person_for(actor, actor.user_id, Permission.EDIT_PROFILES)
    _picture(person)
    draft = _draft(actor, person)
    with st.form(f"{draft.key}_form", border=False, enter_to_submit=False):
        with forms.group("own_profile", "Profile", "What colleagues see of you."), _pairs("own_profile"):
            draft.draw(SEEN, width="stretch")
        with forms.group("own_place", "Position", "" if _sets_place(draft) else OTHERS):
            if _sets_place(draft):
                with _pairs("own_place"):
                    draft.draw(PLACE, width="stretch")
            else:
                elements.facts(_place(actor, person))
        draft.ask()
        draft.settle()
        forms.form_end(
            len(draft.problems), on_save=_save, on_discard=_discard, args=(draft.key,), key=f"own_profile_{draft.key}"
        )


def _pairs(key: str) -> DeltaGenerator:
    """Fields in it stand side by side as far as there is room."""
    return st.container(key=f"pairs_{key}", horizontal=True, gap=16)


def _picture(person: Person) -> None:
    url = get_services().pictures.url(person.user)
    with forms.group("own_picture", "Picture", "Shown wherever you are; without one, your initials."):
        with st.container(horizontal=True, vertical_alignment="center", gap=16, key="own_picture"):
            elements.avatar(person.name, url, 96)
            changed = picture_chooser("picture", user_id=person.id, has_picture=bool(url))
        elements.facts(
            [("E-mail", person.user.email), ("Username", person.user.username), ("Role", ROLES[person.user.role])]
        )
    if changed:
        feedback.done(f"Your picture is {changed.act}.")
        st.rerun()


def _draft(actor: Actor, person: Person) -> PersonDraft:
    """The editing under way, or a new one from what is stored now."""
    draft = st.session_state.get(FORM)
    if isinstance(draft, PersonDraft) and draft.begun:
        return draft
    allowed = user_edit_dialog.editable(actor, person)
    names = tuple(name for name in (*SEEN, *PLACE) if name in allowed)
    draft = PersonDraft(f"{FORM}-{secrets.token_hex(4)}", person, names, options(actor))
    st.session_state[FORM] = draft
    return draft


def _sets_place(draft: PersonDraft) -> bool:
    return set(PLACE) <= set(draft.names)


def _place(actor: Actor, person: Person) -> list[tuple[str, Value]]:
    manager = get_services().directory.own_manager(actor)
    return [
        (LABELS["job_title"], person.profile.job_title),
        (LABELS["department"], person.user.department),
        (LABELS["manager_id"], display_name(manager) if manager else "Nobody"),
    ]


def _save(key: str) -> None:
    """The callback. A late second click carries the key of a draft that is gone."""
    draft = st.session_state.get(FORM)
    if isinstance(draft, PersonDraft) and draft.key == key and draft.save():
        _discard(key)
        feedback.done("Your profile is saved.")


def _discard(key: str) -> None:
    feedback.forget(key)
    st.session_state.pop(FORM, None)
