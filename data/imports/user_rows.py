"""What a file would do, line by line: whom each line means, what it makes of them, or why it cannot be done."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic.alias_generators import to_snake

from data.bulk.models import Act, PlannedRow
from data.core.errors import InvalidInput
from data.core.identifiers import Identifiers
from data.core.models import Unreadable
from data.core.permissions import Actor, Role
from data.core.text import normalise_email, shown
from data.credentials.models import Owner, cannot_be_used
from data.credentials.service import CredentialService
from data.imports.models import WHO, Line
from data.organisations.service import OrganisationService
from data.users.change_preview import CANNOT_BE_READ, LAST_ADMIN, ChangePreview, PreviewRow
from data.users.models import CreatePerson, EditPerson, Person, Status

WINDOW: Final = 2_000  # lines whose people are read together
MOST_NAME: Final = 254  # characters of what can be somebody's e-mail, username or id
NOBODY: Final = "Nobody here has this ID. Empty the cell to add somebody new."
NEEDED: Final = "Nobody here is meant by this line, and to add somebody this is needed."
NEVER: Final = "{name} signs in as {username}, and a username never changes. Empty this cell."
BEGINS_ACTIVE: Final = "Whom this line would add begins active. Empty the cell, and deactivate them afterwards."
SURPLUS: Final = "There are more cells than heads. Quote the cell that contains the separator, or name its column."
Taken = Mapping[tuple[str, str], Owner]
People = Mapping[str, Person | Unreadable]


@dataclass(slots=True)
class Draft:
    """What is known so far of one line. `manager`: as the file names them; `reports_to`: the stored one."""

    line: Line
    act: Act
    user_id: str = ""
    name: str = ""
    version: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    manager: str = ""
    reports_to: str | None = None

    @property
    def alike(self) -> bool:
        """Whether the person is as the line says already."""
        return self.act is Act.CHANGE and not self.after

    def reject(self, reasons: Mapping[str, str]) -> None:
        self.act, self.reasons = Act.REJECT, {**self.reasons, **reasons}

    def planned(self) -> PlannedRow:
        """As the plan has it. A line that is rejected keeps what stood in it, to be put right."""
        rejected = self.act is Act.REJECT
        return PlannedRow(
            number=self.line.number,
            act=self.act,
            user_id="" if rejected and self.version is None else self.user_id,
            name=self.name,
            version=self.version,
            before={} if rejected else self.before,
            after=self.line.cells if rejected else self.after,
            reasons=self.reasons,
        )


class FilePlanner:
    """Lines into drafts, a window of them at a time; it remembers who was meant by earlier ones."""

    def __init__(
        self,
        actor: Actor,
        *,
        foresight: ChangePreview,
        credentials: CredentialService,
        organisations: OrganisationService,
        identifiers: Identifiers,
    ) -> None:
        self._actor, self._foresight, self._credentials = actor, foresight, credentials
        self._organisations, self._identifiers = organisations, identifiers
        self._named: dict[tuple[str, str], int] = {}
        self._meant: dict[str, int] = {}
        self._admins: int | None = None

    def drafts(self, lines: Sequence[Line]) -> list[Draft]:
        """What these lines would do, in their order, their managers left aside."""
        people = self._foresight.people(self._actor.org_id, _ids(line.cells.get("user_id") for line in lines))
        taken = self._taken(lines, people)
        own = {owner.user_id for owner in taken.values() if owner.org_id == self._actor.org_id} - people.keys()
        people |= self._foresight.people(self._actor.org_id, sorted(own))
        drafts = [self._draft(line, people, taken) for line in lines]
        edits = [(draft.user_id, draft.after) for draft in drafts if draft.act is Act.CHANGE]
        foreseen = iter(self._foresight.of_edits(self._actor, edits, people))
        for draft in drafts:
            if draft.act is Act.CHANGE:
                _settle(draft, next(foreseen))
                self._keep_an_admin(draft, people[draft.user_id])
        created = [draft for draft in drafts if draft.act is Act.CREATE]
        refused = self._foresight.of_creations(self._actor, [draft.after for draft in created])
        for draft, reasons in zip(created, refused, strict=True):
            if reasons:
                draft.reject(_by_our_names(reasons))
        return drafts

    def _keep_an_admin(self, draft: Draft, person: Person | Unreadable) -> None:
        """Of all lines together, not only of those that are foreseen together."""
        if draft.act is Act.REJECT or not (isinstance(person, Person) and person.user.counts_as_admin):
            return
        if (
            draft.after.get("role", Role.ADMIN) == Role.ADMIN
            and draft.after.get("status", Status.ACTIVE) == Status.ACTIVE
        ):
            return
        if self._admins is None:
            self._admins = self._organisations.count_admins(self._actor.org_id)
        self._admins -= 1
        if self._admins < 1:
            draft.reject({"": LAST_ADMIN})

    def _taken(self, lines: Sequence[Line], people: People) -> Taken:
        """Whose the e-mails and usernames of these lines are, but for those that are as stored."""
        emails, usernames = set(), set()
        for line in lines:
            person = people.get(line.cells.get("user_id", ""))
            stored = person.user if isinstance(person, Person) else None
            email, username = line.email, line.username
            if "@" in email and (stored is None or normalise_email(stored.email or "") != email):
                emails.add(email)
            if username and (stored is None or stored.username != username):
                usernames.add(username)
        found = self._credentials.owners(_short(emails), _short(usernames))
        return {("email", name): owner for name, owner in found.emails.items()} | {
            ("username", name): owner for name, owner in found.usernames.items()
        }

    def _draft(self, line: Line, people: People, taken: Taken) -> Draft:
        draft = Draft(line, Act.REJECT, name=_called(line), manager=line.cells.get("manager_id", ""))
        try:
            self._check_once(line)
            person = self._find(line, people, taken)
            if person is not None:
                draft.user_id, draft.name, draft.version = person.id, person.name, person.version
                draft.reports_to = person.user.manager_id
            self._check_names(line, person, taken)
            if person is None:
                draft.user_id, draft.after = self._identifiers.new(), self._created(line)
                draft.act = Act.CREATE
            else:
                draft.after, draft.act = EditPerson.of(**_values(line)).sent(), Act.CHANGE
        except InvalidInput as error:
            draft.reject(_by_our_names(error.fields))
        return draft

    def _check_once(self, line: Line) -> None:
        """Raises InvalidInput for a line that has too much, or whose person an earlier line names."""
        if line.surplus:
            raise InvalidInput({"": SURPLUS})
        names = {"user_id": line.cells.get("user_id"), "email": line.email, "username": line.username}
        reasons = {}
        for field_, text in names.items():
            first = self._named.setdefault((field_, text), line.number) if text else line.number
            if first != line.number:
                reasons[field_] = f"Line {first} has the same."
        if reasons:
            raise InvalidInput(reasons)

    def _find(self, line: Line, people: People, taken: Taken) -> Person | None:
        """Whom the line means: by id, else e-mail, else username; None for somebody new. Raises InvalidInput."""
        if user_id := line.cells.get("user_id"):
            person = people.get(user_id)
            if person is None:
                raise InvalidInput({"user_id": NOBODY})
        else:
            owners = (taken.get(("email", line.email)), taken.get(("username", line.username)))
            person = next((people[owner.user_id] for owner in owners if owner and owner.user_id in people), None)
        if isinstance(person, Unreadable):
            raise InvalidInput({"": CANNOT_BE_READ})
        if person is not None and (first := self._meant.setdefault(person.id, line.number)) != line.number:
            raise InvalidInput({"": f"Line {first} is about the same person."})
        return person

    @staticmethod
    def _check_names(line: Line, person: Person | None, taken: Taken) -> None:
        """Raises InvalidInput for an e-mail or username that is somebody else's, or cannot become this person's."""
        username = line.username
        if person is not None and username and username != person.user.username:
            raise InvalidInput({"username": NEVER.format(name=person.name, username=person.user.username)})
        owner = taken.get(("email", line.email))
        if owner and (person is None or owner.user_id != person.id):
            raise cannot_be_used("email", "e-mail")
        if person is None and ("username", username) in taken:
            raise cannot_be_used("username", "username")

    def _created(self, line: Line) -> dict[str, Any]:
        """All values of somebody new. Raises InvalidInput."""
        values = _values(line)
        reasons = {name: NEEDED for name in WHO[1:] if name not in line.cells}
        if values.pop("status", Status.ACTIVE) != Status.ACTIVE:
            reasons["status"] = BEGINS_ACTIVE
        if reasons:
            raise InvalidInput(reasons)
        return CreatePerson.of(**values, username=line.username).model_dump(mode="json", exclude_none=True)


def _settle(draft: Draft, foreseen: PreviewRow) -> None:
    """What the rules of people say to a change: its fields, or why not."""
    draft.before, draft.after = dict(foreseen.before), dict(foreseen.after)
    if foreseen.before and foreseen.reasons:
        draft.reject(_by_our_names(foreseen.reasons))


def _values(line: Line) -> dict[str, Any]:
    """The cells as the commands take them, without those that say who is meant, and without the manager."""
    values: dict[str, Any] = {name: text for name, text in line.cells.items() if name not in _APART}
    for name in values.keys() & {"role", "status"}:
        values[name] = values[name].lower()
    if "timezone" in values:
        values["timezone"] = values["timezone"].replace(" ", "_")  # as pages show it
    return values


_APART: Final = {"user_id", "username", "manager_id"}


def _called(line: Line) -> str:
    """What people know somebody by who is not stored."""
    cells = line.cells
    names = shown(" ".join(filter(None, (cells.get("first_name"), cells.get("last_name")))))
    return names or next((shown(cells[name]) for name in reversed(WHO) if name in cells), "")


def _ids(texts: Iterator[str | None]) -> list[str]:
    return sorted(_short({text for text in texts if text}))


def _short(names: Collection[str]) -> set[str]:
    """Those that can be a key at all."""
    return {name for name in names if len(name) <= MOST_NAME}


def _by_our_names(reasons: Mapping[str, str]) -> dict[str, str]:
    """Field names of the API as ours."""
    return {to_snake(name): words for name, words in reasons.items()}
