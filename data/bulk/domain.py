"""The declaration of this domain; see `data/domain.py`."""

from collections.abc import Mapping
from functools import partial

from data.audit.service import AuditService
from data.bulk.actions import BulkAction
from data.bulk.models import APPLY
from data.bulk.planner import Planner
from data.bulk.reconciler import Settling
from data.bulk.repository import BatchRepository
from data.bulk.service import BatchService
from data.bulk.tasks import ApplyTask
from data.domain import Built, Domain, FindFile, ServiceLookup
from data.jobs.result_files import JobFiles
from data.jobs.service import JobService
from data.platform import Platform
from data.users.change_preview import ChangePreview
from data.users.job_actor import actor_for_job
from data.users.service import UserService


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    jobs, users, audit = services.of(JobService), services.of(UserService), services.of(AuditService)
    foresight, plans, files = services.of(ChangePreview), BatchRepository(platform.objects), services.of(JobFiles)
    settling, clock, identifiers = Settling(foresight, audit), platform.clock, platform.identifiers
    return Built(
        (BatchService(platform.store, jobs, Planner(foresight), plans, audit, clock, identifiers, settling, files),),
        handlers={APPLY: ApplyTask(partial(actor_for_job, users), users, settling, plans)},
    )


def downloads(services: ServiceLookup) -> Mapping[str, FindFile]:
    return {"outcomes": services.of(BatchService).link}


DOMAIN = Domain(
    name="bulk",
    help="one change to many users: a plan that the worker applies row by row; undo",
    no_page="the page Batch shows one change",
    actions=BulkAction,
    entities=("batch",),
    jobs=(APPLY,),
    build=build,
    downloads=downloads,
)
