"""Managers named in a file, also those whom another line of it adds; and the order in which its lines can be done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from data.bulk.models import Act
from data.core.text import normalise_email
from data.credentials.service import CredentialService
from data.imports.user_rows import MOST_NAME, Draft
from data.users.change_preview import ChangePreview
from data.users.hierarchy import MOST_STEPS
from data.users.models import Person, Status, User

UNKNOWN: Final = "Nobody here, and no line of the file, has this ID, e-mail or username."
THEMSELVES: Final = "Nobody reports to themselves; name somebody else."
INACTIVE: Final = "{name} is inactive; name somebody active."
NOT_ADDED: Final = "Line {number} would add this manager, and is rejected. Put that line right first."
MOST_ROUNDS: Final = 20  # searches for circles: each may show one that a rejected move has restored
TANGLED: Final = "Too many changes of managers in this file depend on each other. Import them in several files."
CIRCLE: Final = "Following the managers up from here comes back to this person. Name somebody above them."


class Placing:
    def __init__(self, org_id: str, foresight: ChangePreview, credentials: CredentialService) -> None:
        self._org_id, self._foresight, self._credentials = org_id, foresight, credentials
        self._stored: dict[str, User | None] = {}  # as far as they were read
        self._drafts: dict[str, Draft] = {}  # those that are about somebody, by userId

    def place(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Each draft under the manager it names, or rejected; in the order in which they can be done.

        That is the order of the file, but that nobody comes before the manager whom the file adds or moves.
        """
        self._drafts = {draft.user_id: draft for draft in drafts if draft.user_id and draft.act is not Act.REJECT}
        naming = [draft for draft in drafts if draft.manager and draft.act is not Act.REJECT]
        meant = self._resolved({draft.manager for draft in naming}, drafts)
        for draft in naming:
            self._put_under(draft, meant[draft.manager])
        self._learn({draft.reports_to for draft in drafts if draft.reports_to and _makes_way(draft)})
        for _ in range(MOST_ROUNDS):
            self._reject_dangling(naming)
            above = self._above()
            if not self._reject_circles(above):
                return list(_ordered(drafts, above))
        self._reject_moves(naming)
        return list(_ordered(drafts, self._above()))

    def _resolved(self, names: Collection[str], drafts: Iterable[Draft]) -> dict[str, str | Draft | None]:
        """Each name as a userId that is stored, as the draft that adds them, or None."""
        own: dict[str, Draft] = {}
        for draft in drafts:
            for text in (draft.line.email, draft.line.username):
                own.setdefault(text, draft)
        named = {name: own[key] for name in names for key in (normalise_email(name), name.lower()) if key in own}
        inside = {name: draft for name, draft in named.items() if not _unborn(draft)}
        outside = {name for name in names - inside.keys() if len(name) <= MOST_NAME}
        self._learn(outside | {draft.user_id for draft in inside.values() if draft.version is not None})
        unknown = {name for name in outside if self._stored.get(name) is None}
        emails = {name: normalise_email(name) for name in unknown if "@" in name}
        found = self._credentials.owners(set(emails.values()), {name.lower() for name in unknown - emails.keys()})
        owners = {**found.usernames, **found.emails}
        ids = {name: owners[key].user_id for name in unknown if (key := emails.get(name, name.lower())) in owners}
        self._learn(set(ids.values()))
        known = {name: ids.get(name, name) for name in outside}
        stored = {name: user_id for name, user_id in known.items() if self._stored.get(user_id) is not None}
        return dict.fromkeys(names) | named | stored | inside

    def _learn(self, user_ids: set[str]) -> None:
        """Read these people and, step by step, all above them."""
        for _ in range(MOST_STEPS):
            fresh = user_ids - self._stored.keys()
            if not fresh:
                return
            people = self._foresight.people(self._org_id, sorted(fresh))
            users = {user_id: person.user for user_id, person in people.items() if isinstance(person, Person)}
            self._stored |= dict.fromkeys(fresh) | users
            user_ids = {user.manager_id for user in users.values() if user.manager_id}

    def _put_under(self, draft: Draft, manager: str | Draft | None) -> None:
        user_id = manager.user_id if isinstance(manager, Draft) else manager
        if isinstance(manager, Draft) and _unborn(manager):
            draft.reject({"manager_id": NOT_ADDED.format(number=manager.line.number)})
        elif not user_id:
            draft.reject({"manager_id": UNKNOWN})
        elif user_id == draft.user_id:
            draft.reject({"manager_id": THEMSELVES})
        elif user_id != draft.reports_to:
            if not self._active(user_id):
                name = self._named(user_id)
                draft.reject({"manager_id": INACTIVE.format(name=name)})
            draft.before |= {"manager_id": draft.reports_to} if draft.act is Act.CHANGE else {}
            draft.after["manager_id"] = user_id

    def _active(self, user_id: str) -> bool:
        """Whether they are active once the file is done."""
        draft, user = self._drafts.get(user_id), self._stored.get(user_id)
        if draft is not None and (draft.act is Act.CREATE or "status" in draft.after):
            return bool(draft.after.get("status", Status.ACTIVE) == Status.ACTIVE)
        return user is not None and user.active

    def _named(self, user_id: str) -> str:
        user = self._stored.get(user_id)
        return user.name if user else self._drafts[user_id].name

    def _reject_dangling(self, naming: Iterable[Draft]) -> None:
        """Reject drafts whose manager is not added after all, and in turn those below them. Visits each once."""
        below: dict[str, list[Draft]] = {}
        for draft in naming:
            if draft.act is not Act.REJECT:
                below.setdefault(draft.after.get("manager_id", ""), []).append(draft)
        rejected = [self._drafts[manager_id] for manager_id in below if manager_id in self._drafts]
        rejected = [draft for draft in rejected if _unborn(draft)]
        while rejected:
            manager = rejected.pop()
            for draft in below.pop(manager.user_id, ()):
                draft.reject({"manager_id": NOT_ADDED.format(number=manager.line.number)})
                if _unborn(draft):
                    rejected.append(draft)

    def _reject_moves(self, naming: Iterable[Draft]) -> None:
        """Reject all moves of existing people, so that no circle can remain; each round has shown another one."""
        for draft in naming:
            if draft.act is Act.CHANGE and "manager_id" in draft.after:
                draft.reject({"manager_id": TANGLED})
        self._reject_dangling(naming)

    def _reject_circles(self, above: Mapping[int, Draft]) -> bool:
        """Those who would come to be above themselves; whether there were any."""
        by_line = {draft.line.number: draft for draft in self._drafts.values()}
        circling = _circling({number: draft.line.number for number, draft in above.items()})
        found = [by_line[number] for number in circling if "manager_id" in by_line[number].after]
        for draft in found:
            draft.reject({"manager_id": CIRCLE})
        return bool(found)

    def _above(self) -> dict[int, Draft]:
        """By line: the nearest draft on the way up that makes or moves somebody, and so must be done before."""
        moving = {draft.user_id: draft for draft in self._drafts.values() if _makes_way(draft)}
        found = {}
        for draft in moving.values():
            manager_id = draft.after.get("manager_id", draft.reports_to)
            for _ in range(MOST_STEPS):
                if not manager_id or manager_id in moving:
                    break
                user = self._stored.get(manager_id)
                manager_id = user.manager_id if user else None
            if manager_id in moving:
                found[draft.line.number] = moving[manager_id]
        return found


def _unborn(draft: Draft) -> bool:
    """Whether it would add somebody, if it were not rejected."""
    return draft.act is Act.REJECT and draft.version is None


def _makes_way(draft: Draft) -> bool:
    """Whether others can come under this person only when the draft is done, or better then."""
    changes = draft.act is Act.CHANGE and ("manager_id" in draft.after or draft.after.get("status") == Status.ACTIVE)
    return draft.act is Act.CREATE or changes


def _circling(above: Mapping[int, int]) -> set[int]:
    """Those who come back to themselves by going up."""
    seen: dict[int, int] = {}  # to the one from whom it was first reached
    found: set[int] = set()
    for start in above:
        path, at = [], start
        while at in above and at not in seen:
            seen[at] = start
            path.append(at)
            at = above[at]
        if seen.get(at) == start and at in path:
            found |= set(path[path.index(at) :])
    return found


def _ordered(drafts: Iterable[Draft], above: Mapping[int, Draft]) -> Iterable[Draft]:
    """In the order of the file, but nobody before whoever must be done first."""
    done: set[int] = set()
    for draft in drafts:
        way, seen = [draft], {draft.line.number}
        while (up := above.get(way[-1].line.number)) and up.line.number not in done and up.line.number not in seen:
            way.append(up)
            seen.add(up.line.number)
        for each in reversed(way):
            if each.line.number not in done:
                done.add(each.line.number)
                yield each
