"""The buckets, queues and topics of an installation. The tables are in `data/registry.py`, from their domains."""

from dataclasses import dataclass
from typing import Final

DEAD: Final = "-dlq"


@dataclass(frozen=True, slots=True)
class Bucket:
    """`name` is the short one; settings give the real one. `expiring`: prefixes whose objects go by themselves."""

    name: str
    expiring: tuple[tuple[str, int], ...] = ()  # (prefix, days)


@dataclass(frozen=True, slots=True)
class Queue:
    """`name` is the short one; settings give the real one. What was received `MOST_RECEIVED` times goes to its DLQ."""

    name: str

    @property
    def dead(self) -> str:
        """The short name of its dead-letter queue."""
        return self.name + DEAD


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` is the short one; settings give the real one."""

    name: str


MEDIA_UPLOADS: Final = Bucket("media-uploads", expiring=(("incoming/", 1),))
THUMBNAILS: Final = Bucket("thumbnails")
DOCUMENTS: Final = Bucket("documents", expiring=(("incoming/", 1), ("exports/", 7)))
BUCKETS: Final = (MEDIA_UPLOADS, THUMBNAILS, DOCUMENTS)

FILES_QUEUE: Final = Queue("media")  # files made and read: thumbnails, exports, imports
PUBLISH_QUEUE: Final = Queue("publish")
QUEUES: Final = (FILES_QUEUE, PUBLISH_QUEUE, Queue("code-generation"), Queue("deployment"))
MOST_RECEIVED: Final = 4
CRITICAL: Final = Topic("activity-critical")
ROLE_CHANGES: Final = Topic("role-changes")
TOPICS: Final = (CRITICAL, Topic("deployment-status"), Topic("team-invitations"), ROLE_CHANGES)
