"""The outbox: what happened is told outside by a job that rides in the transaction of what happened.

So nothing is told that did not happen, and nothing that happened goes untold: a lost call to SNS is made again by the
worker. It may then be sent twice, which SNS itself does too; each message carries a `dedup` that stays the same.
"""

import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from data.aws.tables import Write
from data.core.clock import Clock
from data.core.errors import AppError
from data.core.permissions import Actor, Role
from data.jobs.models import Job
from data.jobs.service import JobService
from data.notifications.models import PUBLISH, ROLE_CHANGED, SECURITY_ALERT, Message

log = logging.getLogger(__name__)


class AlertService:
    def __init__(self, jobs: JobService, clock: Clock, url: str) -> None:
        self._jobs, self._clock, self._url = jobs, clock, url

    def raised(
        self,
        actor: Actor,
        reason: str,
        *,
        about: str = "",
        details: Mapping[str, Any] | None = None,
        link: str = "",
    ) -> tuple[Job, Write]:
        """A security alert, to be committed with its cause and then announced.

        `link`: the page that shows more, relative to the public URL; by default the user's page, else the audit trail.
        """
        return self._written(actor, SECURITY_ALERT, reason, about, details or {}, link=link)

    def role_changed(self, actor: Actor, about: str, *, before: Role, after: Role) -> tuple[Job, Write]:
        """The same of a change of role, for those who keep other systems in step."""
        return self._written(actor, ROLE_CHANGED, ROLE_CHANGED, about, {"before": str(before), "after": str(after)})

    def announce(self, *jobs: Job) -> None:
        """After the commit: what was written is told now rather than in some seconds."""
        self._jobs.announce(*jobs)

    def refused_rise(self, actor: Actor, about: str, role: Role) -> None:
        """Somebody was refused a role for somebody, or for themselves: told once an hour for each who tries."""
        hour = self._clock.now().strftime("%Y-%m-%dT%H")
        once = _id_of(f"refused_rise/{actor.org_id}/{actor.user_id}/{hour}")
        job, write = self._written(
            actor, SECURITY_ALERT, "refused_rise_in_rank", about, {"role": str(role)}, job_id=once
        )
        try:
            self._jobs.post(job, write)
        except AppError as error:  # the refusal stands, and its own line is in the log
            log.warning("an alert was not written", extra={"reason": "refused_rise_in_rank", "why": repr(error)})

    def broken_chain(self, actor: Actor, verification: str, counts: Mapping[str, int]) -> None:
        """The audit trail is not as it was sealed: told once for each verification. Raises AppError."""
        once = _id_of(f"broken_audit_chain/{actor.org_id}/{verification}")
        job, write = self._written(actor, SECURITY_ALERT, "broken_audit_chain", "", counts, job_id=once)
        self._jobs.post(job, write)

    def _written(
        self,
        actor: Actor,
        event: str,
        reason: str,
        about: str,
        details: Mapping[str, Any],
        *,
        job_id: str | None = None,
        link: str = "",
    ) -> tuple[Job, Write]:
        page = f"{self._url}/{link or (f'user?id={about}' if about else 'audit')}"
        message = Message(event, reason, actor.org_id, actor.user_id, about, self._clock.now(), page, details)
        return self._jobs.requested(actor, PUBLISH, message.to_input(), job_id=job_id)


def _id_of(name: str) -> str:
    """An id that is the same for the same name."""
    return sha256(name.encode()).hexdigest()[:32]
