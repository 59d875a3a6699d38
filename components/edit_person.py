"""The dialog in which a person is edited: errors beside their fields, conflicts field by field, nothing typed is lost."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from components import conflict, dialogs, feedback
from components.conflict import Clash
from components.formatting import literal
from components.people import LABELS, ROLES, ZONES, fields, manager_options, typed
from components.session import current_actor
from data import bootstrap
from data.permissions import GRANTS, Actor, Permission, Reach
from data.users.models import EditConflict, EditPerson, Person

DIALOG: Final = "edit_person"
OWN: Final = ("first_name", "last_name", "phone", "location", "timezone", "bio")
PLACE: Final = ("department", "job_title", "manager_id")
RIGHTS: Final = ("email", "role")


def open_for(user_id: str) -> None:
    """A callback: begin an edit from what is stored now."""
    with feedback.attempt("edit_person_opened"):
        base = bootstrap.get_services().users.person(current_actor(), user_id, Permission.EDIT_PROFILES)
        dialogs.open_for(DIALOG, user_id)
        st.session_state[_base_key()] = base


def editable(actor: Actor, person: Person) -> tuple[str, ...]:
    """The fields that `actor` is offered; the service decides."""
    wide = GRANTS[actor.role].get(Permission.EDIT_PROFILES)
    place = PLACE if wide is Reach.ORGANISATION or actor.user_id != person.id else ()
    rights = RIGHTS if Permission.EDIT_USERS in GRANTS[actor.role] else ()
    return ("first_name", "last_name", *rights, *place, *(name for name in OWN if not name.endswith("_name")))


def ask() -> None:
    """Draw the dialog if it is open; say why it could not be opened."""
    feedback.settled("edit_person_opened")
    base = st.session_state.get(_base_key()) if dialogs.subject(DIALOG) else None
    if isinstance(base, Person):
        st.dialog(f"Edit {literal(base.name)}", width=560, on_dismiss=_put_away)(_form)(base)


def _form(base: Person) -> None:
    if dialogs.subject(DIALOG) is None:
        st.rerun()
    actor, draft = current_actor(), dialogs.draft(DIALOG)
    names, problems = editable(actor, base), feedback.problems(draft)
    with st.form("edit_person_form", border=False, enter_to_submit=False):
        with st.container(key="card_edit_person", gap=12):
            values = {name: base.value(name) for name in names}
            fields(names, prefix=draft, values=values, problems=problems, options=_options(actor))
        clashing = feedback.outcome(draft)
        if isinstance(clashing, EditConflict):
            conflict.resolve(_clashes(base, clashing), draft, who="Somebody else")
        else:
            feedback.settled(draft, beside=problems.keys())
        with st.container(key=f"ends_{DIALOG}", horizontal=True, horizontal_alignment="right", gap=8):
            if st.form_submit_button("Cancel", key="cancel_edit", on_click=_put_away):
                st.rerun()
            st.form_submit_button("Save changes", key="go_edit", type="primary", on_click=_save, args=(draft, names))


def _save(draft: str, names: tuple[str, ...]) -> None:
    """The callback: what this editor changed, on top of what is stored, if nobody else changed the same."""
    base = st.session_state.get(_base_key())
    if dialogs.draft(DIALOG) != draft or not isinstance(base, Person):
        return
    values = typed(base, {name: _text(draft, name) for name in names})
    clashing, against = feedback.outcome(draft), base
    if isinstance(clashing, EditConflict):
        clashes = _clashes(base, clashing)
        if conflict.resolved(clashes, draft) is None:
            return  # every field wants an answer first
        values = {name: value for name, value in values.items() if not _yields(draft, clashes, name)}
        against = clashing.theirs
    with feedback.attempt(draft):
        command = EditPerson.of(**values)
        bootstrap.get_services().users.edit(current_actor(), base.id, command, base=against)
    if feedback.outcome(draft) is None:
        _put_away()
        feedback.done(f"{base.name} is saved." if values else "Nothing was changed.")


def _yields(draft: str, clashes: list[Clash], name: str) -> bool:
    """Whether theirs was chosen for this field."""
    chosen = conflict.resolved([clash for clash in clashes if clash.field == name], draft) or {}
    clash = next((clash for clash in clashes if clash.field == name), None)
    return clash is not None and chosen.get(name) == clash.theirs and clash.theirs != clash.mine


def _clashes(base: Person, clashing: EditConflict) -> list[Clash]:
    draft = dialogs.draft(DIALOG)
    shown = _options(current_actor())
    return [
        Clash(
            field=name,
            label=LABELS[name],
            theirs=_words(shown, name, clashing.theirs.value(name)),
            mine=_words(shown, name, _text(draft, name)),
            before=_words(shown, name, base.value(name)),
        )
        for name in clashing.names
    ]


def _words(options: Mapping[str, Mapping[str, str]], name: str, value: Any) -> str:
    text = str(value) if value else ""
    return options.get(name, {}).get(text, text) if text else ""


def _text(draft: str, name: str) -> str:
    return str(st.session_state.get(f"{draft}_{name}") or "").strip()


def _options(actor: Actor) -> dict[str, Mapping[str, str]]:
    """The choices of the fields that are selects."""
    roles = {value: label for value, label in ROLES.items() if value in {role.value for role in _grantable(actor)}}
    options: dict[str, Mapping[str, str]] = {"role": roles, "timezone": ZONES}
    if Permission.LIST_USERS in GRANTS[actor.role]:
        options["manager_id"] = manager_options(bootstrap.get_services().directory.managers(actor))
    return options


def _grantable(actor: Actor) -> list[Any]:
    return [role for role in type(actor.role) if role.rank <= actor.role.rank]


def _put_away() -> None:
    st.session_state.pop(_base_key(), None)
    dialogs.close(DIALOG)


def _base_key() -> str:
    return f"{dialogs.draft(DIALOG)}/base"
