"""The whole application, wired once per process: clients → repositories → services."""

from functools import partial

from data.action_items.service import AttentionService
from data.audit.hash_chains import Chains
from data.audit.repository import AuditRepository
from data.audit.service import AuditService
from data.audit_reports.models import EXPORT as EXPORT_AUDIT
from data.audit_reports.models import VERIFY
from data.audit_reports.repository import EvidenceRepository
from data.audit_reports.service import EvidenceService
from data.audit_reports.tasks import TrailTask, VerifyTask
from data.authentication.authenticator import Jwts
from data.authentication.repository import SessionRepository
from data.authentication.sessions import SessionService
from data.avatars.service import PictureService
from data.aws.clients import Clients
from data.aws.credential_tiers import PersonalClients
from data.aws.dynamodb import Dynamo
from data.aws.raw_items import TypedItems
from data.aws.s3 import Objects
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.bulk.models import APPLY
from data.bulk.planner import Planner
from data.bulk.reconciler import Settling
from data.bulk.repository import BatchRepository
from data.bulk.service import BatchService
from data.bulk.tasks import ApplyTask
from data.config.settings import Settings
from data.core.clock import Clock, SystemClock
from data.core.cursors import CursorSeal
from data.core.identifiers import Identifiers
from data.core.sealed_values import Seal
from data.credentials.known_devices import Devices
from data.credentials.notices import Notices
from data.credentials.passwords import Passwords
from data.credentials.repository import CredentialRepository
from data.credentials.service import CredentialService
from data.credentials.throttling import Attempts
from data.health.item_inspector import RawItems
from data.health.service import HealthService
from data.imports.service import IMPORT, ImportService
from data.imports.tasks import ImportTask
from data.jobs.repository import JobRepository
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.jobs.worker import Worker
from data.notifications.models import PUBLISH
from data.notifications.service import AlertService
from data.notifications.tasks import publishing
from data.organisations.repository import OrganisationRepository
from data.organisations.service import OrganisationService
from data.registry import REGISTRY, TABLES
from data.runtime.job_actor import actor_for_job
from data.sample.tasks import HISTORY, HistoryTask
from data.services import Services
from data.storage.context import Memory
from data.users.change_preview import Foresight
from data.users.directory import UserDirectory
from data.users.display_names import DisplayNames
from data.users.export import EXPORT, ExportService
from data.users.profile_repository import ProfileRepository
from data.users.projection import PeopleShape
from data.users.repository import UserRepository
from data.users.search import PeopleSearch
from data.users.service import UserService
from data.users.tasks import ExportTask
from data.users.team import Teams


class Wiring:
    """Wires the services of one installation. All that it wires share the storage context and the audit chains."""

    def __init__(
        self,
        settings: Settings,
        clients: Clients,
        *,
        secret: bytes,
        passwords: Passwords | None = None,
        memory: Memory | None = None,
    ) -> None:
        """`secret`: the installation's; `passwords` and `memory` are for tests."""
        self._settings, self._clients, self._secret = settings, clients, secret
        self._dynamo, self._passwords = Dynamo(clients, settings.table), passwords or Passwords()
        self._memory, self._chains = memory or Memory(self._dynamo), Chains(self._dynamo, secret)

    def __call__(self, *, clock: Clock | None = None, identifiers: Identifiers | None = None) -> Services:
        """Return new services. `clock`, `identifiers`: those of the sample and of tests; the system's, unless given."""
        clock = clock or SystemClock()
        identifiers = identifiers or Identifiers(clock)
        settings, clients, secret, dynamo = self._settings, self._clients, self._secret, self._dynamo
        memory, cursors, objects = self._memory, CursorSeal(secret), Objects(clients, settings, clock)
        organisations = OrganisationService(OrganisationRepository(dynamo), identifiers)
        audit = AuditService(AuditRepository(dynamo, cursors, self._chains), clock, identifiers)
        work, queues = JobRepository(dynamo), Queues(clients, settings)
        jobs = JobService(work, queues, audit, clock, identifiers)
        files = JobFiles(jobs, objects, audit, clock)
        alerts = AlertService(jobs, clock, settings.url)
        people = UserRepository(dynamo, memory.coherence, cursors)
        credentials = CredentialService(
            credentials=CredentialRepository(dynamo, people.find_username),
            attempts=Attempts(dynamo, clock),
            notices=Notices(dynamo, clock),
            devices=Devices(secret),
            passwords=self._passwords,
            clock=clock,
            url=settings.url,
        )
        profiles = ProfileRepository(dynamo, cursors)
        users = UserService(people, profiles, credentials, organisations, audit, alerts, clock, identifiers)
        sessions = SessionService(
            sessions=SessionRepository(dynamo, memory.coherence),
            credentials=credentials,
            users=users,
            audit=audit,
            alerts=alerts,
            jwts=Jwts(secret, settings.url, clock),
            clock=clock,
            identifiers=identifiers,
        )
        search = PeopleSearch(memory.projection(PeopleShape(), clock), clock)
        directory = UserDirectory(
            users,
            people,
            profiles,
            credentials,
            organisations,
            audit,
            search,
            clock,
        )
        display_names = DisplayNames(search)
        health = HealthService(clients, settings, TABLES, clock)
        attention = AttentionService(
            audit=audit,
            jobs=jobs,
            credentials=credentials,
            users=users,
            directory=directory,
            display_names=display_names,
            health=health,
            clock=clock,
        )
        foresight, plans = Foresight(people, profiles, organisations, alerts, search, clock), BatchRepository(objects)
        settling = Settling(foresight, audit)
        batches = BatchService(jobs, Planner(foresight), plans, audit, clock, identifiers, settling, files)
        actor = partial(actor_for_job, users)
        handlers = {
            PUBLISH: publishing(Topics(clients, settings)),
            EXPORT: ExportTask(actor, directory, objects),
            APPLY: ApplyTask(actor, users, settling, plans),
            IMPORT: ImportTask(actor, foresight, credentials, organisations, batches, objects, identifiers),
            VERIFY: VerifyTask(actor, audit, alerts),
            EXPORT_AUDIT: TrailTask(actor, directory, audit, objects),
            **({} if settings.production else {HISTORY: HistoryTask(clock, self)}),
        }
        return Services(
            registry=REGISTRY,
            settings=settings,
            clock=clock,
            identifiers=identifiers,
            seal=Seal(secret, clock),
            clients=clients,
            personal=PersonalClients(clients, settings, clock),
            objects=objects,
            memory=memory,
            organisations=organisations,
            audit=audit,
            jobs=jobs,
            credentials=credentials,
            users=users,
            directory=directory,
            display_names=display_names,
            teams=Teams(people, profiles, search),
            exports=ExportService(jobs, people, directory, objects, audit, files),
            evidence=EvidenceService(EvidenceRepository(dynamo), jobs, audit, files, clock),
            sessions=sessions,
            pictures=PictureService(users, objects, clock),
            batches=batches,
            imports=ImportService(jobs, objects, audit, files, clock, identifiers),
            worker=Worker(work, queues, handlers, clock, identifiers),
            health=health,
            attention=attention,
            raw_items=RawItems(TypedItems(clients, settings.table), audit),
        )
