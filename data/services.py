"""The services of a process, for pages, routes and commands."""

from dataclasses import dataclass

from data.action_items.service import AttentionService
from data.audit.service import AuditService
from data.audit_reports.service import EvidenceService
from data.authentication.sessions import SessionService
from data.avatars.service import PictureService
from data.aws.clients import Clients
from data.aws.credential_tiers import PersonalClients
from data.aws.s3 import Objects
from data.bulk.service import BatchService
from data.config.settings import Settings
from data.core.clock import Clock
from data.core.errors import Unavailable
from data.core.identifiers import Identifiers
from data.core.sealed_values import Seal
from data.credentials.service import CredentialService
from data.domain import Registry
from data.health.item_inspector import RawItems
from data.health.service import HealthService
from data.imports.service import ImportService
from data.jobs.service import JobService
from data.jobs.worker import Worker
from data.organisations.service import OrganisationService
from data.storage.context import Memory
from data.users.directory import UserDirectory
from data.users.display_names import DisplayNames
from data.users.export import ExportService
from data.users.service import UserService
from data.users.team import Teams


@dataclass(frozen=True, slots=True)
class Services:
    """What pages, routes and commands call. Nothing below it is theirs to touch."""

    registry: Registry
    settings: Settings
    clock: Clock
    identifiers: Identifiers
    seal: Seal
    clients: Clients
    personal: PersonalClients
    objects: Objects
    memory: Memory
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


_installed: list[Services] = []


def install(services: Services) -> None:
    """Make `services` what `get_services` returns from now on. Called once, by the launcher, before it serves."""
    _installed[:] = [services]


def get_services() -> Services:
    """The services of this process. Raises Unavailable while it is still starting."""
    if not _installed:
        raise Unavailable("The dashboard is still starting. Try again in a few seconds.")
    return _installed[0]
