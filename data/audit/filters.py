"""What part of the trail is asked for. One part of it runs by index, the others leave out rows of what that brings."""

from typing import Annotated, Final

from pydantic import Field

from data.audit.models import AuditRecord
from data.audit.table import BY_ACTION, BY_ACTOR, BY_ENTITY, BY_ORG
from data.aws.tables import Index
from data.core.models import Command, Moment

LONGEST: Final = 128  # of an id; more than that nobody's is

Id = Annotated[str, Field(max_length=LONGEST)]


class Wanted(Command):
    """Who did what to whom, by what way, when; empty is any. `since` is within, `until` is not.

    `correlation_id` is what the acts of one request or job have in common.

    `text` is looked for in the name of what was acted on, as it was recorded, and in its id.
    """

    user_id: Id = ""
    entity_id: Id = ""
    action: Id = ""
    via: Id = ""
    correlation_id: Id = ""
    text: Annotated[str, Field(max_length=200)] = ""
    since: Moment | None = None
    until: Moment | None = None

    @property
    def contradictory(self) -> bool:
        """Whether it ends before it begins, so that nothing can pass."""
        return self.since is not None and self.until is not None and self.since >= self.until

    def index(self, org_id: str) -> tuple[Index, str]:
        """The index that brings the fewest rows besides, and its partition."""
        if self.entity_id:
            return BY_ENTITY, self.entity_id
        if self.user_id:
            return BY_ACTOR, self.user_id
        return (BY_ACTION, f"{org_id}#{self.action}") if self.action else (BY_ORG, org_id)

    def passes(self, record: AuditRecord) -> bool:
        """Whether the record is meant."""
        asked = (
            (self.user_id, record.user_id),
            (self.entity_id, record.entity_id),
            (self.action, record.action),
            (self.via, record.via),
            (self.correlation_id, record.correlation_id),
        )
        name = record.user_name if record.entity_id == record.user_id else record.entity_name
        about = f"{name} {record.entity_id}".casefold()
        return (
            all(wanted in ("", found) for wanted, found in asked)
            and all(word in about for word in self.text.casefold().split())
            and (self.since is None or record.created_at >= self.since)
            and (self.until is None or record.created_at < self.until)
        )
