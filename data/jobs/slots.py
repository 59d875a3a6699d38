"""Which jobs run side by side in one worker, so that one organisation's work cannot delay another's."""

from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Final

from data.jobs.models import Job

MOST_DEFERRED: Final = 1_000  # jobs of one worker; the sweeper announces the others again


class Slots:
    """The slots of each queue, one per thread. Safe to share between threads.

    The first job of an organisation starts at once. Another one of the same organisation starts only while fewer
    than half of the slots are in use; until then it is deferred, and its attempt does not count. So one organisation
    never occupies more than half of the slots, and as many organisations as there are slots run side by side.
    """

    def __init__(self, of_queue: Mapping[str, int]) -> None:
        self._of_queue, self._lock = of_queue, Lock()
        self._running: dict[str, Counter[str]] = {}
        self._deferred: dict[str, Job] = {}

    def take(self, job: Job) -> bool:
        """Return whether the job may start now, and occupy a slot; otherwise remember it for `leave`."""
        with self._lock:
            if self._has_room(job):
                self._deferred.pop(job.job_id, None)
                self._running.setdefault(job.queue, Counter())[job.org_id] += 1
                return True
            if len(self._deferred) < MOST_DEFERRED:
                self._deferred.setdefault(job.job_id, job)
            return False

    def leave(self, job: Job) -> tuple[Job, ...]:
        """Free the slot of a job; return the deferred jobs to announce: the first of each organisation with room."""
        with self._lock:
            running = self._running[job.queue]
            running[job.org_id] -= 1
            if not running[job.org_id]:
                del running[job.org_id]
            first: dict[str, Job] = {}
            for each in self._deferred.values():
                if each.queue == job.queue and self._has_room(each):
                    first.setdefault(each.org_id, each)
            for each in first.values():
                del self._deferred[each.job_id]
            return tuple(first.values())

    def _has_room(self, job: Job) -> bool:
        running = self._running.get(job.queue, Counter())
        return not running[job.org_id] or running.total() < self._of_queue.get(job.queue, 1) // 2
