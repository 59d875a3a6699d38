"""The audit trail: who did what to which entity, with what it was before and after."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from data.models import Moment

NOISE: Final = frozenset({"version", "updatedAt", "createdAt", "orgRole", "orgId"})  # true of every change


class Change(NamedTuple):
    """One attribute; None is "not set"."""

    field: str
    before: Any
    after: Any


class AuditRecord(BaseModel):
    """One act. `before` and `after` hold whole records; `changes` is what differs."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    log_id: str
    org_id: str
    user_id: str
    user_name: str = ""
    via: str = "web"
    action: str
    entity_type: str
    entity_id: str
    entity_name: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    correlation_id: str = ""
    created_at: Moment = Field()

    @property
    def id(self) -> str:
        return self.log_id

    @property
    def at(self) -> datetime:
        return self.created_at

    def changes(self) -> Iterator[Change]:
        """The attributes in which `after` differs from `before`, without those that every change moves."""
        before, after = self.before or {}, self.after or {}
        for name in sorted(before.keys() | after.keys()):
            if name not in NOISE and before.get(name) != after.get(name):
                yield Change(name, before.get(name), after.get(name))
