"""Whom the worker acts as: the person who asked for a job, as they are now."""

from typing import Final

from data.core.errors import NotPermitted
from data.core.permissions import Actor
from data.jobs.models import Job
from data.users.service import UserService

GONE: Final = "Whoever asked for this is not active here any more."


def acting(job: Job, users: UserService) -> Actor:
    """With the rights that they have now, as far as the token went with which they asked; the caller authorises it.

    Raises NotPermitted where they are not active here any more.
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
