"""A person being edited, wherever the fields stand: what was typed, on what it was begun, how a conflict is settled."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import streamlit as st
from pydantic.alias_generators import to_camel

from components.audit import sentences as audit_sentences
from components.kit import feedback, merge_conflict
from components.kit.combo import text_of
from components.kit.formatting import ago
from components.kit.forms import Width
from components.kit.merge_conflict import Clash
from components.session import current_actor
from components.users import fields as user_fields
from data.core.errors import AppError
from data.core.permissions import GRANTS, Actor, Permission, Role
from data.services import get_services
from data.users.models import EditConflict, EditPerson, Person

Options = Mapping[str, Mapping[str, str]]  # field → value → label


class Undecided(EditConflict):
    """The same conflict, after a try to save before every field of it was decided."""

    @classmethod
    def of(cls, error: EditConflict) -> Self:
        return cls(str(error), names=error.names, base=error.base, theirs=error.theirs)


def options(actor: Actor) -> Options:
    """The choices of those fields of a person that are selects."""
    roles = {role.value: user_fields.ROLES[role] for role in Role if role.rank <= actor.role.rank}
    found: dict[str, Mapping[str, str]] = {"role": roles, "timezone": user_fields.ZONES}
    if Permission.LIST_USERS in GRANTS[actor.role]:
        found |= user_fields.place_options(actor)
    return found


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """One editing of `base`, the person as it was when the editing began. `key` names its fields and its attempts."""

    key: str
    base: Person
    names: tuple[str, ...]
    options: Options = field(repr=False)

    @property
    def begun(self) -> bool:
        """Whether its fields are on the screen; Streamlit forgets those of a page that was left."""
        return f"{self.key}_{self.names[0]}" in st.session_state

    @property
    def problems(self) -> Mapping[str, str]:
        return feedback.problems(self.key)

    def draw(self, names: Iterable[str], *, width: Width = 400) -> None:
        """These of its fields, each with its problem."""
        values = {name: self.base.value(name) for name in self.names}
        user_fields.fields(
            names, prefix=self.key, values=values, problems=self.problems, options=self.options, width=width
        )

    def ask(self) -> None:
        """If somebody else changed the same meanwhile, ask field by field what stays."""
        error = feedback.outcome(self.key)
        if isinstance(error, EditConflict):
            who, when = self._editor(error)
            pressed = isinstance(error, Undecided)
            merge_conflict.resolve(self._clashes(error), _answers(self.key, error), who=who, when=when, pressed=pressed)

    def settle(self) -> None:
        """Say why the last try failed, if that is not to be asked about."""
        if not isinstance(feedback.outcome(self.key), EditConflict):
            feedback.settled(self.key, beside=self.problems.keys())

    def save(self) -> bool:
        """Write what was changed here, if nobody else changed the same; whether it is written. For a callback.

        After a conflict only once every field of it is decided, and on the version that was shown.
        """
        values, against = user_fields.typed(self.base, {name: self._text(name) for name in self.names}), self.base
        error = feedback.outcome(self.key)
        if isinstance(error, EditConflict):
            clashes = self._clashes(error)
            stays = merge_conflict.resolved(clashes, _answers(self.key, error))
            if stays is None:
                with feedback.attempt(self.key):
                    raise Undecided.of(error)
                return False
            values = {name: value for name, value in values.items() if stays.get(name) != "theirs"}
            against = error.theirs
        with feedback.attempt(self.key):
            command = EditPerson.of(**values)
            get_services().users.edit(current_actor(), self.base.id, command, base=against)
        return feedback.outcome(self.key) is None

    def _editor(self, error: EditConflict) -> tuple[str, str]:
        """Who changed one of these fields last, and when; by name for those who may read the person's trail."""
        actor, services, fields = current_actor(), get_services(), set(map(to_camel, error.names))
        with suppress(AppError):
            for record in services.directory.history(actor, self.base.id).items:
                if fields.isdisjoint(change.field for change in record.changes()):
                    continue
                names = services.directory.names(actor, [record.user_id])
                who = "You, elsewhere," if record.user_id == actor.user_id else audit_sentences.who(record, names)
                when = ago(record.created_at, services.clock.now())
                return who, "just now" if when == "now" else when
        return "Somebody else", ""

    def _clashes(self, error: EditConflict) -> list[Clash]:
        return [
            Clash(
                field=name,
                label=user_fields.LABELS[name],
                theirs=self._words(name, error.theirs.value(name)),
                mine=self._words(name, self._text(name)),
                before=self._words(name, self.base.value(name)),
            )
            for name in error.names
        ]

    def _text(self, name: str) -> str:
        return text_of(f"{self.key}_{name}")

    def _words(self, name: str, value: Any) -> str:
        text = str(value) if value else ""
        return self.options.get(name, {}).get(text, text) if text else ""


def _answers(key: str, error: EditConflict) -> str:
    """Another version of theirs is another question."""
    return f"{key}_{error.theirs.version}"
