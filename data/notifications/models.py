"""What the outside is told, and on which topic. No secret is ever in it, and no address: ids, and a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from data.config.resources import CRITICAL, PUBLISH_QUEUE, ROLE_CHANGES, Topic
from data.core.clock import iso
from data.domain import JobType

PUBLISH: Final = JobType("publish", PUBLISH_QUEUE, label="Message to a topic")
SECURITY_ALERT: Final = "security_alert"
ROLE_CHANGED: Final = "role_changed"
TOPIC_OF: Final[Mapping[str, Topic]] = {SECURITY_ALERT: CRITICAL, ROLE_CHANGED: ROLE_CHANGES}


@dataclass(frozen=True, slots=True)
class Message:
    """`event` is the name that subscribers filter by, `reason` says which alert it is, `about` is a userId or "".

    `details` are ids, roles and numbers.
    """

    event: str
    reason: str
    org_id: str
    actor_id: str
    about: str
    at: datetime
    link: str
    details: Mapping[str, Any]

    def to_input(self) -> dict[str, Any]:
        """As the job keeps it, and as it is sent."""
        return {
            "event": self.event,
            "reason": self.reason,
            "orgId": self.org_id,
            "actorId": self.actor_id,
            "userId": self.about,
            "time": iso(self.at),
            "link": self.link,
            "details": dict(self.details),
        }
