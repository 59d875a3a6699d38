"""The worker: threads that wait for messages, and two that look after leases and what was forgotten."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from data.aws.sqs import Queues
from data.config.resources import FILES_QUEUE, Queue
from data.core.clock import Clock
from data.core.errors import AppError
from data.core.identifiers import Identifiers
from data.core.version import VERSION
from data.domain import JobType
from data.jobs.models import LOST_AGAIN_AFTER, Handler, LeaseLost, WorkerSeen
from data.jobs.repository import JobRepository
from data.jobs.runner import LEASE, Bench
from data.jobs.service import BY_NAME
from data.jobs.slots import Slots

log = logging.getLogger(__name__)

WAIT: Final = 5  # seconds of a long poll
BEAT: Final = 5.0  # seconds between two signs of life, and two sweeps
REST: Final = 2.0  # seconds after a failure
THREADS: Final = {FILES_QUEUE: 4}  # at most half of them for one organisation; of other queues one


class Worker:
    """Works off the queues of the kinds it has handlers for. Several may work side by side, in several processes."""

    def __init__(
        self,
        jobs: JobRepository,
        queues: Queues,
        handlers: Mapping[JobType, Handler],
        clock: Clock,
        identifiers: Identifiers,
        *,
        lease: timedelta = LEASE,
    ) -> None:
        self.jobs, self._queues, self._clock = jobs, queues, clock
        self.queues: tuple[Queue, ...] = tuple(dict.fromkeys(kind.queue for kind in handlers))
        self.handlers = dict(handlers)
        by_name = {kind.name: handler for kind, handler in handlers.items()}
        slots = Slots({queue.name: threads for queue, threads in THREADS.items()})
        self.bench = Bench(jobs, queues, by_name, clock, identifiers, slots=slots, lease=lease)
        self._id, self._since = identifiers.new(), clock.now()

    def turn(self, queue: Queue, *, wait: int = 0) -> int:
        """Receive one message and do what it says; how many came. Raises AppError where the stores do not answer."""
        deliveries = self._queues.receive(queue, hidden=self.bench.hidden, wait=wait)
        for delivery in deliveries:
            self.bench.handle(delivery)
        return len(deliveries)

    def sweep(self) -> int:
        """Send the message again of each job that is due: it was lost, or a pause or a lease is over. How many."""
        now, sent = self._clock.now(), 0
        for job in self.jobs.due(now):
            try:
                self.jobs.postpone(job, now + LOST_AGAIN_AFTER)
            except LeaseLost:  # another sweeper, or a worker, was quicker
                continue
            self._queues.send(BY_NAME[job.queue], job.job_id)
            sent += 1
        return sent

    def beat(self) -> None:
        """Say that we are there."""
        host, now = socket.gethostname(), self._clock.now()
        self.jobs.seen(WorkerSeen(self._id, host, os.getpid(), VERSION, self._since, now, self.bench.busy))

    def serve(self, ended: threading.Event, *, grace: float = 0) -> None:
        """Work until `ended`, then wait up to `grace` seconds for what is under way; what is left is done anew."""
        loops: list[Callable[[threading.Event], None]] = [self._keep, self._hold]
        loops += [self._polling(queue) for queue in self.queues for _ in range(THREADS.get(queue, 1))]
        for loop in loops:
            threading.Thread(target=loop, args=(ended,), name="jobs", daemon=True).start()
        ended.wait()
        rest = threading.Event()
        for _ in range(int(grace * 10)):
            if not self.bench.busy:
                break
            rest.wait(0.1)

    def _polling(self, queue: Queue) -> Callable[[threading.Event], None]:
        def poll(ended: threading.Event) -> None:
            while not ended.is_set():
                if not _quietly(lambda: self.turn(queue, wait=WAIT)):
                    ended.wait(REST)

        return poll

    def _keep(self, ended: threading.Event) -> None:
        """Say that we are there, and look for what was forgotten."""
        while not ended.is_set():
            _quietly(self.beat)
            _quietly(self.sweep)
            ended.wait(BEAT)

    def _hold(self, ended: threading.Event) -> None:
        """Keep the leases of what is under way, also while the process is ending."""
        rest, third = threading.Event(), self.bench.lease.total_seconds() / 3
        while not ended.is_set() or self.bench.busy:
            rest.wait(third)
            _quietly(self.bench.prolong)


def _quietly(act: Callable[[], Any]) -> bool:
    """Whether it went well: the loops outlive whatever does not."""
    try:
        act()
    except AppError as error:
        log.warning("the worker goes on", extra={"why": repr(error)})
    except Exception:
        log.exception("the worker goes on")
    else:
        return True
    return False
