"""Plans made of people as they are stored: a change of many, what takes it back, and what is to be tried again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic.alias_generators import to_camel

from data.bulk.models import Act, AppliedRow, Outcome, PlannedRow
from data.core.errors import InvalidInput
from data.core.models import Unreadable
from data.core.permissions import Actor
from data.users.change_preview import SO_ALREADY, ChangePreview, PreviewRow
from data.users.models import EditPerson, Person, Status, User

FAILED: Final = frozenset({Outcome.MOVED, Outcome.REFUSED})
DONE: Final = frozenset({Outcome.CHANGED, Outcome.CREATED})
CHANGED_SINCE: Final = "Somebody changed this since; it stays as it is now."
GONE_SINCE: Final = "Nobody is here by that id any more."
NOT_READ: Final = "This person cannot be read as stored; Health says which item."


class Planner:
    """Rows of plans, for what an actor asks of people of their own organisation."""

    def __init__(self, foresight: ChangePreview) -> None:
        self._foresight = foresight

    def change(self, actor: Actor, user_ids: Sequence[str], command: EditPerson) -> Iterator[PlannedRow]:
        """The same change of each of these people. Raises NotPermitted."""
        wanted = list(dict.fromkeys(user_ids))
        for number, seen in enumerate(self._foresight.of_edit(actor, wanted, command), start=1):
            yield _planned(number, seen)

    def edits(self, actor: Actor, edits: Mapping[str, Mapping[str, Any]]) -> Iterator[PlannedRow]:
        """For each person, by id, a change of their own; in this order."""
        yield from _numbered(self._rows(actor, [(user_id, values) for user_id, values in edits.items()]))

    def back(self, actor: Actor, applied: Sequence[AppliedRow], known: dict[str, User]) -> list[PlannedRow]:
        """What takes back those of `applied` that were done, where nobody changed the same since.

        Who was created is deactivated, not deleted. From the last row to the first, as each could be done on what
        those before it had left. `known`: people as what was planned before will leave them.
        """
        done = [row for row in applied if row.outcome in DONE]
        people = self._foresight.people(actor.org_id, [row.user_id for row in done])
        reasons = {row.number: _stays(row, people.get(row.user_id)) for row in done}
        free = [row for row in reversed(done) if not reasons[row.number]]
        foreseen = self._foresight.of_edits(actor, [(row.user_id, _before(row)) for row in free], people, known)
        rows = {row.number: _planned(row.number, seen) for row, seen in zip(free, foreseen, strict=True)}
        return [rows.get(row.number) or _left(row, reasons[row.number]) for row in reversed(done)]

    def again(self, actor: Actor, applied: Sequence[AppliedRow], planned: Sequence[PlannedRow]) -> list[PlannedRow]:
        """Return new plans of those of `applied` that were refused or found changed, based on what is stored now."""
        failed = {row.number for row in applied if row.outcome in FAILED}
        rows = [row for row in planned if row.number in failed]
        changes = [row for row in rows if row.act is Act.CHANGE]
        seen = iter(self._rows(actor, [(row.user_id, row.after) for row in changes]))
        reasons = iter(self._foresight.of_creations(actor, [row.after for row in rows if row.act is Act.CREATE]))
        return [
            _planned(row.number, next(seen)) if row.act is Act.CHANGE else _added(row, next(reasons)) for row in rows
        ]

    def _rows(self, actor: Actor, edits: Sequence[tuple[str, Mapping[str, Any]]]) -> list[PreviewRow]:
        people = self._foresight.people(actor.org_id, [user_id for user_id, _ in edits])
        typed = [(user_id, EditPerson.of(**values).sent()) for user_id, values in edits]
        return self._foresight.of_edits(actor, typed, people)


def _numbered(foreseen: Iterable[PreviewRow]) -> Iterator[PlannedRow]:
    for number, seen in enumerate(foreseen, start=1):
        yield _planned(number, seen)


def _planned(number: int, seen: PreviewRow) -> PlannedRow:
    common: dict[str, Any] = {"number": number, "user_id": seen.user_id, "name": seen.name, "version": seen.version}
    if seen.reasons:
        return PlannedRow(**common, act=Act.REJECT, before=seen.before, after=seen.after, reasons=seen.reasons)
    return PlannedRow(**common, act=Act.CHANGE, before=seen.before, after=seen.after)


def _added(row: PlannedRow, reasons: Mapping[str, str]) -> PlannedRow:
    """Return the row of a person to be created, rejected if there are reasons."""
    return row.model_copy(update={"act": Act.REJECT, "reasons": reasons}) if reasons else row


def _left(row: AppliedRow, reasons: Mapping[str, str]) -> PlannedRow:
    """One that stays as it is."""
    return PlannedRow(number=row.number, act=Act.REJECT, user_id=row.user_id, name=row.name, reasons=reasons)


def _before(row: AppliedRow) -> Mapping[str, Any]:
    """The values to which a row goes back. Raises InvalidInput for what may not be written any more."""
    if row.outcome is Outcome.CREATED:
        return {"status": Status.INACTIVE}
    return EditPerson.of(**row.before).sent()


def _stays(row: AppliedRow, person: Person | Unreadable | None) -> Mapping[str, str]:
    """Why it cannot be taken back: field → what stands in the way."""
    if not isinstance(person, Person):
        return {"": GONE_SINCE if person is None else NOT_READ}
    if row.outcome is Outcome.CREATED:
        return {} if person.user.active else {"": SO_ALREADY}
    try:
        _before(row)
    except InvalidInput as error:
        return error.fields
    return {to_camel(name): CHANGED_SINCE for name, value in row.after.items() if person.value(name) != value}
