"""What needs attention among people. Nothing is said of them until all are loaded."""

from collections.abc import Iterable
from typing import Final

from data.action_items.models import Matter, MatterKind, Weight
from data.audit.filters import AuditFilter
from data.audit.service import AuditService
from data.authentication.actions import AccessAction
from data.core.clock import Clock
from data.core.permissions import Actor, Permission, Reach, may, reach_of
from data.credentials.service import LINK_LASTS, CredentialService
from data.storage.pagination import RecordPage
from data.users.directory import UserDirectory
from data.users.display_names import DisplayNames
from data.users.filters import UserFilter
from data.users.models import User
from data.users.segments import PeopleKind

MOST_ASKED: Final = 100  # newcomers of whom it is asked whether they have a password
NAMED: Final = 3


class PeopleMatters:
    def __init__(
        self,
        directory: UserDirectory,
        display_names: DisplayNames,
        audit: AuditService,
        credentials: CredentialService,
        clock: Clock,
    ) -> None:
        self._display_names = display_names
        self._directory, self._audit, self._credentials, self._clock = directory, audit, credentials, clock

    def rights(self, actor: Actor) -> Iterable[Matter]:
        """Whether one admin alone is left, and who has rights and does not come."""
        figures = self._directory.figures(actor)
        if figures.complete and figures.admins == 1:
            yield Matter(MatterKind.ONE_ADMIN, "warn", facts={"active": figures.active})
        yield from self._counted(actor, PeopleKind.IDLE_RIGHTS, MatterKind.IDLE_RIGHTS, "warn", sort="seen")

    def managers(self, actor: Actor) -> Iterable[Matter]:
        """Who reports to somebody who has left, or to nobody."""
        yield from self._counted(actor, PeopleKind.WITHOUT_MANAGER, MatterKind.WITHOUT_MANAGER, "warn", sort="name")

    def newcomers(self, actor: Actor) -> Iterable[Matter]:
        """Who was added and never came; how many of the newest have no password, and how many links still work."""
        found = self._found(actor, PeopleKind.NEVER_HERE, "-created", MOST_ASKED)
        if not found or not found.items:
            return
        first = self._found(actor, PeopleKind.NEVER_HERE, "created", 1)
        oldest = first.items[0] if first and first.items else found.items[-1]  # the last of them may just have come
        knowing = self._credentials.with_password([user.username for user in found.items])
        without = [user for user in found.items if user.username not in knowing]
        facts = {"asked": len(found.items), "without": len(without), "links": self._links(actor, without)}
        total, below = found.total or 0, _scope(actor)
        yield Matter(MatterKind.NEVER_HERE, "info", total, oldest.created_at, below=below, facts=facts)

    def _links(self, actor: Actor, without: Iterable[User]) -> int | None:
        """How many of them have a set-password link that still works; None for those who may not make one."""
        if not may(actor, Permission.MANAGE_SIGN_IN):
            return None
        since = self._clock.now() - LINK_LASTS
        made = {user.user_id: user.created_at for user in without}
        links = AuditFilter(action=AccessAction.PASSWORD_LINK_MADE, since=since)
        for record in self._audit.list_newest(actor, links, limit=100).items:
            if record.entity_id in made:
                made[record.entity_id] = max(made[record.entity_id], record.created_at)
        return sum(moment > since for moment in made.values())

    def _counted(
        self, actor: Actor, kind: PeopleKind, matter: MatterKind, weight: Weight, *, sort: str
    ) -> Iterable[Matter]:
        found = self._found(actor, kind, sort, MOST_ASKED)
        if found and found.total:
            names = tuple(map(self._display_names.of, found.items[:NAMED]))
            away = [user.last_seen_at or user.created_at for user in found.items]
            since = min(away) if kind is PeopleKind.IDLE_RIGHTS else None
            yield Matter(matter, weight, found.total, since, below=_scope(actor), facts={"names": names})

    def _found(self, actor: Actor, kind: PeopleKind, sort: str, size: int) -> RecordPage[User] | None:
        """A page of those of this kind whom the asker is to see to; None until all are loaded."""
        wanted = UserFilter(kind=kind, below=_scope(actor) or None)
        found = self._directory.search(actor, wanted, sort=sort, size=size)
        return found if found.complete else None


def _scope(actor: Actor) -> str:
    """Whose people they are, for those who see to them only below themselves."""
    return "" if reach_of(actor, Permission.EDIT_PROFILES) is Reach.ORGANISATION else actor.user_id
