"""The declaration of this domain; see `data/domain.py`."""

from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import APIRouter

from data.audit.service import AuditService
from data.credentials.service import CredentialService
from data.domain import Built, Domain, FindFile, ServiceLookup
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.notifications.service import AlertService
from data.organisations.service import OrganisationService
from data.platform import Platform
from data.users.actions import UserAction
from data.users.change_preview import ChangePreview
from data.users.directory import UserDirectory
from data.users.display_names import DisplayNames
from data.users.export import EXPORT, ExportService
from data.users.job_actor import actor_for_job
from data.users.models import PictureUrls
from data.users.profile_repository import ProfileRepository
from data.users.profile_routes import routes as profile_routes
from data.users.profile_table import PROFILES
from data.users.projection import PeopleShape
from data.users.repository import UserRepository
from data.users.routes import routes as user_routes
from data.users.search import PeopleSearch
from data.users.service import UserService
from data.users.table import USERS
from data.users.tasks import ExportTask
from data.users.team import Teams


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    clock, objects = platform.clock, platform.objects
    organisations, audit = services.of(OrganisationService), services.of(AuditService)
    credentials, alerts = services.of(CredentialService), services.of(AlertService)
    people = UserRepository(platform.dynamo, platform.memory.coherence, platform.cursors)
    profiles = ProfileRepository(platform.dynamo, platform.cursors)
    search = PeopleSearch(platform.memory.projection(PeopleShape(), clock), clock)
    users = UserService(
        platform.store, people, profiles, credentials, organisations, audit, alerts, clock, platform.identifiers
    )
    directory = UserDirectory(users, people, profiles, credentials, organisations, audit, search, clock)
    exports = ExportService(services.of(JobService), platform.store, directory, objects, audit, services.of(JobFiles))
    return Built(
        (users, directory, exports, DisplayNames(search), Teams(people, profiles, search)),
        internal=(people, ChangePreview(people, profiles, organisations, alerts, search, clock)),
        handlers={EXPORT: ExportTask(partial(actor_for_job, users), directory, objects)},
    )


def routes(services: ServiceLookup) -> Sequence[APIRouter]:
    users, directory, picture_url = services.of(UserService), services.of(UserDirectory), services.of(PictureUrls).url
    return [user_routes(users, directory, picture_url), profile_routes(users, directory, picture_url)]


def downloads(services: ServiceLookup) -> Mapping[str, FindFile]:
    exports = services.of(ExportService)
    return {"people": lambda actor, job_id: exports.link(actor, job_id).url()}


DOMAIN = Domain(
    name="users",
    help="identity, profile, role, status, reporting line, lists and exports",
    tables=(USERS, PROFILES),
    actions=UserAction,
    entities=("user",),
    jobs=(EXPORT,),
    build=build,
    routes=routes,
    downloads=downloads,
)
