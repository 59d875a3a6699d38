"""Records who did what, and shows it to those who may see it.

A record is part of the unit of work that it records: no change without its record, no record without its change.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

from data.audit.filters import AuditFilter
from data.audit.models import AuditRecord, EntityType, Target, Verdict
from data.audit.repository import PER_PAGE, AuditRepository
from data.audit.table import BY_ACTOR, BY_ENTITY
from data.core.clock import Clock, iso
from data.core.identifiers import Identifiers
from data.core.logs import correlation_id
from data.core.models import Unreadable
from data.core.permissions import Actor, Permission, authorise
from data.domain import AuditAction
from data.storage.pagination import Page, Place, RecordPage, each_page, read_pages
from data.storage.unit_of_work import Store, UnitOfWork

MOST_PAGES: Final = 10  # read for one page of a list
EVERYTHING: Final = AuditFilter()


class Entity(Protocol):
    """Anything that can be recorded."""

    @property
    def id(self) -> str: ...
    def to_item(self) -> dict[str, Any]: ...


class AuditService:
    def __init__(self, trail: AuditRepository, store: Store, clock: Clock, identifiers: Identifiers) -> None:
        self._store, self._trail, self._clock, self._identifiers = store, trail, clock, identifiers

    def record(
        self,
        unit: UnitOfWork,
        actor: Actor,
        action: AuditAction,
        *,
        entity: tuple[EntityType, str] | Target,
        before: Entity | None = None,
        after: Entity | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add the record of an action to the unit of work that performs it.

        `entity` is (type, id), for users a `Target`. Where no record changes, `details` are what is known of the act.
        Secrets must never be handed in.
        """
        subject, target = after or before, Target(*entity)
        now = iso(self._clock.now())
        item = {
            "logId": self._identifiers.new(),
            "orgId": actor.org_id,
            "orgAction": f"{actor.org_id}#{action}",
            "userId": actor.user_id,
            "userName": actor.name or actor.username,
            "actorUsername": actor.username or None,
            "via": actor.via,
            "action": action,
            "entityType": target.kind,
            "entityId": target.id,
            "entityName": target.name or str(getattr(subject, "name", "")),
            "entityUsername": target.username or getattr(subject, "username", None),
            "before": before.to_item() if before else None,
            "after": after.to_item() if after else details,
            "correlationId": correlation_id.get(),
            "createdAt": now,
            "updatedAt": now,
            "version": 1,
        }
        self._trail.insert(unit, {name: value for name, value in item.items() if value is not None})

    def log(
        self,
        actor: Actor,
        action: AuditAction,
        *,
        entity: tuple[EntityType, str] | Target,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Record an act that changes nothing, such as a view or a download.

        The caller has authorised it, and lets it happen only after this returns. Raises Unavailable, Misconfigured.
        """
        with self._store.begin() as unit:
            self.record(unit, actor, action, entity=entity, details=details)

    def list_newest(
        self, actor: Actor, wanted: AuditFilter = EVERYTHING, *, cursor: str | None = None, limit: int = 50
    ) -> Page[AuditRecord]:
        """What is wanted of the organisation's trail, newest first.

        The most telling part of what is wanted runs by index; as many of its pages are read as it takes to find
        `limit` records, but no more than ten. Raises NotPermitted, InvalidInput for a foreign cursor.
        """
        authorise(actor, Permission.READ_AUDIT)
        items, unreadable, examined, now = list[AuditRecord](), list[Unreadable](), 0, self._clock.now()
        for _ in range(MOST_PAGES):
            page = self._trail.list_newest(
                wanted.index(actor.org_id),
                org_id=actor.org_id,
                viewer=actor.user_id,
                cursor=cursor,
                limit=limit,
                since=wanted.since,
                until=wanted.until,
            )
            items += (record for record in page.items if wanted.matches(record, actor, now))
            unreadable += page.unreadable
            examined, cursor = examined + page.examined, page.next_cursor
            if cursor is None or len(items) >= limit:
                break
        return Page(tuple(items), cursor, examined, tuple(unreadable))

    def list_page(self, actor: Actor, wanted: AuditFilter, place: Place) -> RecordPage[AuditRecord]:
        """Return the first `place.index_pages` pages of `list_newest` as one. Raises as `list_newest`."""
        found = read_pages(partial(self.list_newest, actor, wanted), place.index_pages)
        return RecordPage(found.items, found.next_cursor, found.examined, found.unreadable)

    def verify(self, actor: Actor, report: Callable[[int, int], None]) -> Verdict:
        """Hold all of the organisation's records against the chains that they were sealed in.

        `report` hears how many were looked at, of how many. A million take minutes, but no room if they are intact;
        a broken record takes about 400 bytes, a gap between records about a kilobyte. Raises NotPermitted,
        Unavailable, and what `report` raises.
        """
        authorise(actor, Permission.READ_AUDIT)
        under_way = self._trail.verification(actor.org_id)
        for items in self._trail.pages(actor.org_id):
            under_way.look(items)
            report(under_way.examined, under_way.expected)
        return under_way.verdict(self._trail.heads(actor.org_id), self._trail.find_stored)

    def list_own(self, actor: Actor, *, limit: int = 20) -> Page[AuditRecord]:
        """What the actor did, newest first."""
        authorise(actor, Permission.OPEN_HOME)
        return self._trail.list_newest(
            (BY_ACTOR, actor.user_id), org_id=actor.org_id, viewer=actor.user_id, cursor=None, limit=limit
        )

    def walk_of_entity(self, org_id: str, entity_id: str, *, since: datetime) -> Iterator[AuditRecord]:
        """Yield what happened to one entity since then, newest first, without authorisation: for services only."""
        place = (BY_ENTITY, entity_id)
        read = partial(self._trail.list_newest, place, org_id=org_id, viewer="", limit=PER_PAGE, since=since)
        for page in each_page(read):
            yield from page.items

    def list_of_entity(
        self, org_id: str, entity_id: str, *, viewer: str, cursor: str | None = None, limit: int = 50
    ) -> Page[AuditRecord]:
        """What happened to one entity. The caller has authorised `viewer` on that entity."""
        return self._trail.list_newest((BY_ENTITY, entity_id), org_id=org_id, viewer=viewer, cursor=cursor, limit=limit)
