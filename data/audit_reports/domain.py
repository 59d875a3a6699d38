"""The declaration of this domain; see `data/domain.py`."""

from collections.abc import Mapping
from functools import partial

from data.audit.service import AuditService
from data.audit_reports.actions import ReportAction
from data.audit_reports.models import EXPORT, VERIFY
from data.audit_reports.repository import EvidenceRepository
from data.audit_reports.service import EvidenceService
from data.audit_reports.tasks import TrailTask, VerifyTask
from data.domain import Built, Domain, FindFile, ServiceLookup
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.notifications.service import AlertService
from data.platform import Platform
from data.users.directory import UserDirectory
from data.users.job_actor import actor_for_job
from data.users.service import UserService


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    audit, actor = services.of(AuditService), partial(actor_for_job, services.of(UserService))
    repository = EvidenceRepository(platform.dynamo)
    return Built(
        (
            EvidenceService(
                repository, platform.store, services.of(JobService), audit, services.of(JobFiles), platform.clock
            ),
        ),
        handlers={
            VERIFY: VerifyTask(actor, audit, services.of(AlertService)),
            EXPORT: TrailTask(actor, services.of(UserDirectory), audit, platform.objects),
        },
    )


def downloads(services: ServiceLookup) -> Mapping[str, FindFile]:
    reports = services.of(EvidenceService)
    return {"audit": lambda actor, job_id: reports.link(actor, job_id).url()}


DOMAIN = Domain(
    name="audit_reports",
    help="verification and export of the audit trail",
    no_page="Audit verifies and exports the audit trail",
    actions=ReportAction,
    jobs=(EXPORT, VERIFY),
    build=build,
    downloads=downloads,
)
