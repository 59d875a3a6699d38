"""The actor of a job: the user who requested it, with the rights that this user has now."""

from typing import Final

from data.core.errors import NotPermitted
from data.core.permissions import Actor
from data.jobs.models import Job
from data.users.service import UserService

GONE: Final = "The user who requested this is no longer active. Request it again as another user."


def actor_for_job(users: UserService, job: Job) -> Actor:
    """Return the actor, limited to the scopes of the token that requested the job; the caller authorises the actor.

    Raises NotPermitted if the user is not active in the organisation of the job.
    """
    user = users.find(job.created_by)
    if user is None or not user.active or user.org_id != job.org_id:
        raise NotPermitted(GONE)
    return Actor(
        user.user_id,
        user.org_id,
        user.role,
        username=user.username,
        name=user.name,
        via="job",
        scopes=frozenset(job.scopes),
    )
