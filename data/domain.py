"""What a domain declares about itself. `data/registry.py` lists the domains; everything central is derived from it.

Each domain has its declaration in `data/<domain>/domain.py`, as `DOMAIN`. It is not in `__init__.py`, because importing
`data.users.models` would then import every service.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar

from fastapi import APIRouter

from data.aws.tables import Table
from data.config.resources import Queue
from data.config.settings import Settings
from data.core.permissions import Actor, Permission
from data.platform import Platform

T = TypeVar("T")
ActionItems = tuple[str, Callable[[], Iterable[Any]]]  # what was looked at; finds `data.action_items.models.Matter`
FindFile = Callable[[Actor, str], str]  # the address of the file of a job; authorises and records the download
Work = Callable[..., Mapping[str, Any]]  # a `data.jobs.models.Handler`


class AuditAction(StrEnum):
    """An action that the audit trail stores for ever, with the two sentences that show it.

    A member is `NAME = "stored", "verb, for a place that names the target", "verb, on the page of the target"`.
    A fourth value names the detail that names the target, such as "fileName"; None leaves out the target.
    """

    with_target: str
    on_page: str
    named_by: str | None

    def __new__(cls, stored: str, with_target: str, on_page: str, named_by: str | None = "") -> Self:
        member = str.__new__(cls, stored)
        member._value_ = stored
        member.with_target, member.on_page, member.named_by = with_target, on_page, named_by
        return member


@dataclass(frozen=True, slots=True)
class JobType:
    """A type of background job, the queue on which its messages go, and how screens show its jobs.

    `permission`: needed to see one's own under Settings; None if they are not listed there. `page`: the address of the
    page that shows a job, up to its ID; `files`: the same for its file. `title_from`: the input that names a job.
    """

    name: str
    queue: Queue
    label: str = ""
    icon: str = "table_view"
    permission: Permission | None = None
    page: str = ""
    files: str = ""
    title_from: str = ""


class ServiceLookup(Protocol):
    """Finds what earlier domains built."""

    @property
    def registry(self) -> "Registry": ...
    @property
    def settings(self) -> Settings: ...
    def of(self, kind: type[T]) -> T:
        """Return the service of this type. Raises LookupError."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a domain adds to the process.

    `services` are open to pages, routes and commands; `internal` only to the `build` functions of later domains.
    """

    services: tuple[object, ...] = ()
    internal: tuple[object, ...] = ()
    handlers: Mapping[JobType, Work] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain: its place in storage, its vocabulary, and how it is built and reached.

    `help` is its row in docs/architecture.md. `no_page`: the reason why no page has its name.
    """

    name: str
    help: str
    no_page: str = ""
    tables: tuple[Table, ...] = ()
    actions: type[AuditAction] | None = None
    jobs: tuple[JobType, ...] = ()
    build: Callable[[Platform, ServiceLookup], Built] | None = None
    routes: Callable[[ServiceLookup], Sequence[APIRouter]] | None = None  # below /api
    downloads: Callable[[ServiceLookup], Mapping[str, FindFile]] | None = None  # below /files, by the kind of file
    action_items: Callable[[ServiceLookup, Actor], Iterable[ActionItems]] | None = None
    entities: tuple[str, ...] = ()  # types of the targets of audit records, as stored


class Registry:
    """The domains in the order in which they may use each other, and what is derived from all of them."""

    def __init__(self, domains: tuple[Domain, ...], *, shared: tuple[Table, ...] = ()) -> None:
        """`shared`: the tables that belong to no domain alone."""
        self.domains, self._shared = domains, shared

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(domain.name for domain in self.domains)

    @cached_property
    def actions(self) -> Mapping[str, AuditAction]:
        """Return {stored name: action} of all domains."""
        return {action.value: action for domain in self.domains for action in domain.actions or ()}

    @cached_property
    def jobs(self) -> Mapping[str, JobType]:
        """Return {name: job type} of all domains."""
        return {job.name: job for domain in self.domains for job in domain.jobs}

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        return (*(table for domain in self.domains for table in domain.tables), *self._shared)
