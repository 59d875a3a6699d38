"""Every table and bucket there is. `setup`, the tests, doctor and the deployment template all go by this list."""

from dataclasses import dataclass
from typing import Final

from data.audit.table import AUDIT_LOG
from data.dashboard_table import API_DASHBOARD
from data.media.table import MEDIA
from data.profiles.table import PROFILES
from data.submissions.table import SUBMISSIONS
from data.users.table import USERS


@dataclass(frozen=True, slots=True)
class Bucket:
    """`name` is the short one; settings give the real one. `expiring`: prefixes whose objects go by themselves."""

    name: str
    expiring: tuple[tuple[str, int], ...] = ()  # (prefix, days)


TABLES: Final = (USERS, PROFILES, SUBMISSIONS, MEDIA, AUDIT_LOG, API_DASHBOARD)
MEDIA_UPLOADS: Final = Bucket("media-uploads", expiring=(("incoming/", 1),))
THUMBNAILS: Final = Bucket("thumbnails")
DOCUMENTS: Final = Bucket("documents", expiring=(("incoming/", 1), ("exports/", 7)))
BUCKETS: Final = (MEDIA_UPLOADS, THUMBNAILS, DOCUMENTS)
