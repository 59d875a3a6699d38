"""Whom the worker acts as: the person who asked for a job, as they are now."""

from typing import Final

from data.errors import NotPermitted
from data.jobs.models import Job
from data.permissions import Actor, Permission, authorise
from data.users.service import UserService

GONE: Final = "Whoever asked for this is not active here any more."


def acting(job: Job, users: UserService, *needs: Permission) -> Actor:
    """With the rights that they have now, as far as the token went with which they asked.

    Raises NotPermitted where they are not active here any more, or may not what the job needs.
    """
    user = users.find(job.created_by)
    if user is None or not user.active or user.org_id != job.org_id:
        raise NotPermitted(GONE)
    actor = Actor(
        user.user_id,
        user.org_id,
        user.role,
        username=user.username,
        name=user.name,
        via="job",
        scopes=frozenset(job.scopes),
    )
    for permission in needs:
        authorise(actor, permission)
    return actor
