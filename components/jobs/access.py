"""The jobs of the signed-in user, for the rows that follow one."""

from data.core.permissions import Actor
from data.jobs.models import Job
from data.services import get_services


def find_job(actor: Actor, job_id: str) -> Job:
    """Return a job as it is now. Raises NotFound, Unavailable."""
    return get_services().jobs.get(actor, job_id)


def retry_job(actor: Actor, job_id: str) -> Job:
    """Queue a failed job again. Raises NotFound, NotPermitted, Conflict."""
    return get_services().jobs.retry(actor, job_id)
