"""The declaration of this domain; see `data/domain.py`."""

from data.audit.service import AuditService
from data.domain import Built, Domain, ServiceLookup
from data.jobs.actions import JobAction
from data.jobs.repository import JobRepository
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.jobs.table import JOBS
from data.platform import Platform


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    audit, repository = services.of(AuditService), JobRepository(platform.dynamo)
    jobs = JobService(repository, platform.store, platform.queues, audit, platform.clock, platform.identifiers)
    return Built((jobs,), internal=(repository, JobFiles(jobs, platform.objects, audit, platform.clock)))


DOMAIN = Domain(
    name="jobs",
    help="background work: rows, leases, attempts, and the worker",
    no_page="Health and the screens that request jobs show them",
    tables=(JOBS,),
    actions=JobAction,
    entities=("job",),
    build=build,
)
