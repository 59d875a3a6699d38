"""The audit trail: who did what to which entity, with what it was before and after."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, NamedTuple, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from data.audit.table import AUDIT_LOG
from data.core.models import Moment, Stored

EntityType = str  # stored for ever, so no class name decides it; each domain declares its own
NOISE: Final = frozenset({"version", "updatedAt", "createdAt", "orgRole", "orgId"})  # true of every change


class Change(NamedTuple):
    """One attribute; None is "not set"."""

    field: str
    before: Any
    after: Any


class Named(Protocol):
    """A user, as far as a record names them."""

    @property
    def user_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def username(self) -> str: ...


class Target(NamedTuple):
    """What an act is done to: its kind and ID, and its name at that time. Users also have a username."""

    kind: EntityType
    id: str
    name: str = ""
    username: str = ""

    @classmethod
    def user(cls, user: Named) -> Self:
        return cls("user", user.user_id, user.name, user.username)


class AuditRecord(Stored):
    """One act. `before` and `after` hold whole records; `changes` is what differs.

    `user_name` and `entity_name` are the names at the time of the act. Records of before there were usernames in them
    have none.
    """

    stored_key: ClassVar = AUDIT_LOG.key

    log_id: str
    org_id: str
    user_id: str
    user_name: str = ""
    actor_username: str = ""
    via: str = "web"
    action: str
    entity_type: str
    entity_id: str
    entity_name: str = ""
    entity_username: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    correlation_id: str = ""
    link: Mapping[str, Any] | None = None
    created_at: Moment

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


class Flaw(StrEnum):
    """What can be wrong with a trail: with a record, or with the chain that it is in."""

    EDITED = "edited"  # its content is not what was recorded
    DELETED = "deleted"
    REORDERED = "reordered"  # it is as it was recorded, but not where
    FORGED = "forged"  # it claims a place that no chain has, or that another record holds
    END = "end"  # the head of a chain, which says how far it goes, was changed or put back
    CHAIN = "chain"  # the head of a chain is gone
    KEY = "key"  # a chain was sealed under another secret key, so nothing can be said of it


class Finding(BaseModel):
    """One thing that is wrong. `at`: when the record was written, of a deleted one the next."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    flaw: Flaw
    chain: str
    sequence: int | None = None
    log_id: str = ""
    at: str | None = None
    action: str = ""
    entity_name: str = ""

    @property
    def moment(self) -> datetime | None:
        return _moment(self.at)


class Verdict(BaseModel):
    """What a verification found. `findings` are the first of those that `counts` has.

    `unsealed`: records without a link, from before records were sealed; `newest_unsealed` is the time of the last.
    """

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)

    examined: int
    sealed: int
    unsealed: int = 0
    newest_unsealed: str | None = None
    chains: int = 0
    counts: Mapping[Flaw, int] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def newest_unsealed_at(self) -> datetime | None:
        return _moment(self.newest_unsealed)

    @property
    def flaws(self) -> int:
        return sum(self.counts.values())

    @property
    def intact(self) -> bool:
        return not self.counts


def _moment(text: str | None) -> datetime | None:
    """The time that `text` is, if it is one: what was tampered with may hold anything."""
    with suppress(ValueError):
        found = datetime.fromisoformat(text or "")
        return found if found.tzinfo else None
    return None
