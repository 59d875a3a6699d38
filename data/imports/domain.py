"""The declaration of this domain; see `data/domain.py`."""

from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import APIRouter

from data.audit.service import AuditService
from data.bulk.service import BatchService
from data.credentials.service import CredentialService
from data.domain import Built, Domain, FindFile, ServiceLookup
from data.imports.actions import ImportAction
from data.imports.routes import routes as import_routes
from data.imports.service import IMPORT, ImportService
from data.imports.tasks import ImportTask
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.organisations.service import OrganisationService
from data.platform import Platform
from data.users.change_preview import ChangePreview
from data.users.job_actor import actor_for_job
from data.users.service import UserService


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    jobs, audit, files = services.of(JobService), services.of(AuditService), services.of(JobFiles)
    objects, identifiers = platform.objects, platform.identifiers
    task = ImportTask(
        partial(actor_for_job, services.of(UserService)),
        services.of(ChangePreview),
        services.of(CredentialService),
        services.of(OrganisationService),
        services.of(BatchService),
        objects,
        identifiers,
    )
    imports = ImportService(platform.store, jobs, objects, audit, files, platform.clock, identifiers)
    return Built((imports,), handlers={IMPORT: task})


def routes(services: ServiceLookup) -> Sequence[APIRouter]:
    return [import_routes(services.of(ImportService))]


def downloads(services: ServiceLookup) -> Mapping[str, FindFile]:
    return {"rejected": services.of(ImportService).rejected}


DOMAIN = Domain(
    name="imports",
    help="files of users: read, checked row by row, and planned as a bulk change",
    no_page="its page is called Import",
    actions=ImportAction,
    jobs=(IMPORT,),
    build=build,
    routes=routes,
    downloads=downloads,
)
