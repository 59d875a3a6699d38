"""Every table, bucket, queue and topic there is.

`setup`, the tests, doctor and the IAM policies all go by this list.
"""

from dataclasses import dataclass
from typing import Final

from data.audit.table import AUDIT_LOG
from data.jobs.table import JOBS
from data.media.table import MEDIA
from data.storage.single_table import API_DASHBOARD
from data.submissions.table import SUBMISSIONS
from data.users.profile_table import PROFILES
from data.users.table import USERS

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


TABLES: Final = (USERS, PROFILES, SUBMISSIONS, MEDIA, AUDIT_LOG, API_DASHBOARD, JOBS)
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
