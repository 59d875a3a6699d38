"""The outbox: a notification is sent by a job that is committed in the unit of work of its cause.

So every committed change is notified, and no other. The worker retries a lost call to SNS. A message may therefore be
sent twice, as with SNS itself; its `dedup` stays the same.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

from data.core.clock import Clock
from data.core.errors import AlreadyThere, AppError
from data.core.permissions import Actor, Role
from data.jobs.service import JobService
from data.notifications.models import PUBLISH, ROLE_CHANGED, SECURITY_ALERT, Message
from data.storage.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)


class AlertService:
    def __init__(self, jobs: JobService, store: Store, clock: Clock, url: str) -> None:
        self._jobs, self._store, self._clock, self._url = jobs, store, clock, url

    def alert(
        self,
        unit: UnitOfWork,
        actor: Actor,
        reason: str,
        *,
        about: str = "",
        details: Mapping[str, Any] | None = None,
        link: str = "",
    ) -> None:
        """Add a security alert to the unit of work of its cause.

        `link`: the page that shows more, relative to the public URL; by default the user's page, else the audit trail.
        """
        self._enqueue(unit, actor, SECURITY_ALERT, reason=reason, about=about, details=details or {}, link=link)

    def notify_role_change(self, unit: UnitOfWork, actor: Actor, about: str, *, before: Role, after: Role) -> None:
        """Add a notification for programs that keep other systems in step."""
        roles = {"before": str(before), "after": str(after)}
        self._enqueue(unit, actor, ROLE_CHANGED, reason=ROLE_CHANGED, about=about, details=roles)

    def alert_promotion_refused(self, actor: Actor, about: str, role: Role) -> None:
        """Alert that `actor` was refused a role for a user; at most once per hour and actor."""
        hour, details = self._clock.now().strftime("%Y-%m-%dT%H"), {"role": str(role)}
        once = _id_of(f"refused_rise/{actor.org_id}/{actor.user_id}/{hour}")
        try:
            self._alert_once(actor, "refused_rise_in_rank", about, details, once)
        except AppError as error:  # the refusal stands, and its own line is in the log
            log.warning("an alert was not written", extra={"reason": "refused_rise_in_rank", "why": repr(error)})

    def alert_broken_chain(self, actor: Actor, verification: str, counts: Mapping[str, int]) -> None:
        """Alert that the audit trail is not as it was sealed, once per verification. Raises AppError."""
        once = _id_of(f"broken_audit_chain/{actor.org_id}/{verification}")
        self._alert_once(actor, "broken_audit_chain", "", counts, once)

    def _alert_once(self, actor: Actor, reason: str, about: str, details: Mapping[str, Any], job_id: str) -> None:
        with suppress(AlreadyThere), self._store.begin() as unit:
            self._enqueue(unit, actor, SECURITY_ALERT, reason=reason, about=about, details=details, job_id=job_id)

    def _enqueue(
        self,
        unit: UnitOfWork,
        actor: Actor,
        event: str,
        *,
        reason: str,
        about: str,
        details: Mapping[str, Any],
        job_id: str | None = None,
        link: str = "",
    ) -> None:
        page = f"{self._url}/{link or (f'user?id={about}' if about else 'audit')}"
        message = Message(event, reason, actor.org_id, actor.user_id, about, self._clock.now(), page, details)
        self._jobs.enqueue(unit, actor, PUBLISH, message.to_input(), job_id=job_id)


def _id_of(name: str) -> str:
    """Return the same ID for the same name."""
    return sha256(name.encode()).hexdigest()[:32]
