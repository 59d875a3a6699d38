"""Records who did what, and shows it to those who may see it.

A record is a `Write`, so that it rides in the transaction of what it records: no change without
its record, no record without its change.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from data.audit.models import AuditRecord
from data.audit.repository import AuditRepository
from data.audit.table import BY_ACTION, BY_ACTOR, BY_ENTITY, BY_ORG
from data.aws.tables import Write
from data.clock import Clock, iso
from data.identifiers import Identifiers
from data.logs import correlation_id
from data.paging import Page
from data.permissions import Actor, Permission, authorise


class Entity(Protocol):
    """Anything that can be recorded."""

    @property
    def id(self) -> str: ...
    def to_item(self) -> dict[str, Any]: ...


class AuditService:
    def __init__(self, trail: AuditRepository, clock: Clock, identifiers: Identifiers) -> None:
        self._trail, self._clock, self._identifiers = trail, clock, identifiers

    def record(
        self,
        actor: Actor,
        action: str,
        *,
        before: Entity | None = None,
        after: Entity | None = None,
        entity: tuple[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Write:
        """The record of an act, to be committed together with it.

        `entity` is (type, id) where no record changes; `details` then stand for what is known of the act.
        Secrets must never be handed in.
        """
        subject = after or before
        kind, entity_id = entity or (type(subject).__name__.lower(), subject.id if subject else "")
        now = iso(self._clock.now())
        item = {
            "logId": self._identifiers.new(),
            "orgId": actor.org_id,
            "orgAction": f"{actor.org_id}#{action}",
            "userId": actor.user_id,
            "userName": actor.name or actor.username,
            "via": actor.via,
            "action": action,
            "entityType": kind,
            "entityId": entity_id,
            "entityName": str(getattr(subject, "name", "")),
            "before": before.to_item() if before else None,
            "after": after.to_item() if after else details,
            "correlationId": correlation_id.get(),
            "createdAt": now,
            "updatedAt": now,
            "version": 1,
        }
        return self._trail.added({name: value for name, value in item.items() if value is not None})

    def list_newest(
        self,
        actor: Actor,
        *,
        user_id: str | None = None,
        entity_id: str | None = None,
        action: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[AuditRecord]:
        """The organisation's trail, newest first, or one actor's, one entity's, one action's part of it.

        One filter runs by index; only one may be given. Raises NotPermitted, InvalidInput for a foreign cursor.
        """
        authorise(actor, Permission.READ_AUDIT)
        if entity_id:
            return self.list_of_entity(actor.org_id, entity_id, viewer=actor.user_id, cursor=cursor, limit=limit)
        index, partition = BY_ORG, actor.org_id
        if user_id:
            index, partition = BY_ACTOR, user_id
        elif action:
            index, partition = BY_ACTION, f"{actor.org_id}#{action}"
        return self._trail.list_newest(
            index, partition, org_id=actor.org_id, viewer=actor.user_id, cursor=cursor, limit=limit
        )

    def list_own(self, actor: Actor, *, limit: int = 20) -> Page[AuditRecord]:
        """What the actor did, newest first."""
        authorise(actor, Permission.OPEN_HOME)
        return self._trail.list_newest(
            BY_ACTOR, actor.user_id, org_id=actor.org_id, viewer=actor.user_id, cursor=None, limit=limit
        )

    def list_of_entity(
        self, org_id: str, entity_id: str, *, viewer: str, cursor: str | None = None, limit: int = 50
    ) -> Page[AuditRecord]:
        """What happened to one entity. The caller has authorised `viewer` on that entity."""
        return self._trail.list_newest(BY_ENTITY, entity_id, org_id=org_id, viewer=viewer, cursor=cursor, limit=limit)
