"""On a laptop: how far the month behind the sample people is written. A quiet line, for whoever sees all jobs."""

from contextlib import suppress
from functools import partial

from components.kit import elements
from components.kit.job_progress import JobProgress, progress_of
from components.session import current_actor
from data.core.errors import NotFound
from data.core.permissions import Actor, Permission, may
from data.jobs.models import Job
from data.sample.tasks import job_id_of
from data.services import get_services


def find(actor: Actor) -> Job | None:
    """The job, while it is under way; None where there is none to be seen."""
    services = get_services()
    if services.settings.production or not may(actor, Permission.MANAGE_JOBS):
        return None
    with suppress(NotFound):
        job = services.jobs.get(actor, job_id_of(actor.org_id))
        return job if job.open else None
    return None


def follow(job: Job | None) -> None:
    """The line, drawn again every two seconds until the job has ended; then the page is drawn again."""
    if job is not None:
        JobProgress(lambda: find(current_actor()), lambda job: job.open, partial(_draw, job), seconds=2.0).follow(job)


def _draw(seen: Job, job: Job) -> None:
    progress = progress_of(job) or progress_of(seen)
    elements.said(f"The worker is writing the sample history{f': {progress}' if progress else ''}.")
