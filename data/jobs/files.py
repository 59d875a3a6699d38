"""Files that the worker makes for a user: how long they are kept, and the link that fetches one.

The result of such a job is {"key": where it lies, "rows": how many it has, "unreadable": how many are missing}.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from data.aws.s3 import Objects
from data.clock import Clock
from data.errors import Conflict, NotFound
from data.jobs.models import JobState, Kind
from data.jobs.service import JobService
from data.permissions import Actor
from data.stores import DOCUMENTS

KEPT: Final = timedelta(days=dict(DOCUMENTS.expiring)["exports/"])
CONTENT_TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class FileLink:
    """What is in a file. `url` signs an address that gives it to whoever has that, for some minutes."""

    url: Callable[[], str]
    file_name: str
    rows: int
    unreadable: int


class JobFiles:
    def __init__(self, jobs: JobService, objects: Objects, clock: Clock) -> None:
        self._jobs, self._objects, self._clock = jobs, objects, clock

    def link(self, actor: Actor, job_id: str, kind: Kind, stem: str) -> FileLink:
        """What a job of this kind has made, and where to fetch it; the file's name begins with `stem`.

        The caller has authorised it. Raises NotFound, NotPermitted; Conflict while it is not made yet.
        """
        job = self._jobs.get(actor, job_id)
        if job.kind != kind.name:
            raise NotFound("This job makes no file.")
        if job.state is not JobState.DONE or job.result is None:
            raise Conflict("This file is not made yet.")
        if job.finished_at is None or self._clock.now() - job.finished_at > KEPT:
            raise NotFound(f"Files are kept for {KEPT.days} days. Export again.")
        key = str(job.result["key"])
        ending = key.rpartition(".")[2]
        name = f"{stem}-{job.finished_at:%Y-%m-%d}.{ending}"
        url = partial(self._objects.url, DOCUMENTS, key, content_type=CONTENT_TYPES[ending], file_name=name)
        return FileLink(url, name, int(job.result["rows"]), int(job.result["unreadable"]))
