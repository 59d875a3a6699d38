"""The services of a process, for pages, routes and commands."""

from dataclasses import dataclass, fields
from typing import Any, TypeVar, get_type_hints

from data.action_items.service import AttentionService
from data.audit.service import AuditService
from data.audit_reports.service import EvidenceService
from data.authentication.sessions import SessionService
from data.avatars.service import PictureService
from data.bulk.service import BatchService
from data.config.settings import Settings
from data.core.clock import Clock
from data.core.errors import Unavailable
from data.credentials.service import CredentialService
from data.domain import Built, JobType, Registry, Work
from data.health.item_inspector import RawItems
from data.health.service import HealthService
from data.imports.service import ImportService
from data.jobs.service import JobService
from data.jobs.worker import Worker
from data.organisations.service import OrganisationService
from data.users.directory import UserDirectory
from data.users.display_names import DisplayNames
from data.users.export import ExportService
from data.users.service import UserService
from data.users.team import Teams

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """What pages, routes and commands call. A service without a field of its own is found by `of`."""

    registry: Registry
    settings: Settings
    clock: Clock
    organisations: OrganisationService
    audit: AuditService
    jobs: JobService
    credentials: CredentialService
    users: UserService
    directory: UserDirectory
    display_names: DisplayNames
    teams: Teams
    exports: ExportService
    evidence: EvidenceService
    sessions: SessionService
    pictures: PictureService
    batches: BatchService
    imports: ImportService
    health: HealthService
    attention: AttentionService
    worker: Worker
    raw_items: RawItems
    others: tuple[object, ...] = ()

    def of(self, kind: type[T]) -> T:
        """Return the service of this type. Raises LookupError."""
        return _only(self.others, kind)


class Parts:
    """What the domains have built so far, for those that are built next."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry, self.settings = registry, settings
        self.handlers: dict[JobType, Work] = {}
        self._open: list[object] = []
        self._internal: list[object] = []

    def add(self, built: Built) -> None:
        self._open += built.services
        self._internal += built.internal
        self.handlers |= built.handlers

    def of(self, kind: type[T]) -> T:
        """Return the service of this type. Raises LookupError."""
        return _only((*self._open, *self._internal), kind)

    def services(self, **given: Any) -> Services:
        """Return the services for pages, routes and commands; `given` are the fields that no domain builds."""
        given |= {"registry": self.registry, "settings": self.settings, "others": tuple(self._open)}
        hints = get_type_hints(Services)
        typed = {field.name: self.of(hints[field.name]) for field in fields(Services) if field.name not in given}
        return Services(**typed, **given)


def _only(services: tuple[object, ...], kind: type[T]) -> T:
    found = next((service for service in services if isinstance(service, kind)), None)
    if found is None:
        raise LookupError(f"No domain has built a {kind.__name__}.")
    return found


_installed: list[Services] = []


def install(services: Services) -> None:
    """Make `services` what `get_services` returns from now on. Called once, by the launcher, before it serves."""
    _installed[:] = [services]


def get_services() -> Services:
    """The services of this process. Raises Unavailable while it is still starting."""
    if not _installed:
        raise Unavailable("The dashboard is still starting. Try again in a few seconds.")
    return _installed[0]
