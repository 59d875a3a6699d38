"""Worker processes that exit at a named point of one job. They are forked from a process that has imported all code."""

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from data.aws.dynamodb import Dynamo
from data.aws.s3 import Objects
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.bulk.repository import BatchRepository
from data.bulk.service import BatchService
from data.bulk.tasks import ApplyTask
from data.config.settings import load
from data.core.permissions import Actor
from data.imports.tasks import ImportTask
from data.jobs import worker as polling
from data.jobs.repository import JobRepository
from data.jobs.runner import Bench
from data.jobs.service import JobService
from data.jobs.worker import Worker
from data.runtime.installation import Installation
from data.runtime.wiring import Wiring
from data.users.filters import UserFilter
from data.users.service import UserService
from data.users.tasks import ExportTask

KILLED = 9
SHORT_LEASE, LEASE = timedelta(seconds=4), timedelta(seconds=20)  # of a worker that will exit, and of the next one
PAUSE = 0.2  # seconds between polls; a long poll outlives its worker and would hide the next message
CHUNK = 10  # rows of a bulk change in these tests
SOME = 4  # rows of the second chunk that are done before the worker exits within it

Method = Callable[..., Any]


class SlowClock:
    """A clock that is half a minute slow, so that a job requested now is overdue at once."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=30)


def joined(state: Path) -> Installation:
    """The installation whose engine runs in `state`."""
    installation = Installation(load({"DASHBOARD_STATE_DIR": str(state)}), joins=True)
    installation.open()
    return installation


def person(installation: Installation, user_id: str) -> Actor:
    user = installation.services.users.find(user_id)
    return Actor(user.user_id, user.org_id, user.role, username=user.username)


def die(*_args: Any, **_kwargs: Any) -> None:
    os._exit(KILLED)


def instead(_real: Method) -> Method:
    """Exit instead of the call."""
    return die


def after(real: Method) -> Method:
    """Exit after the call."""

    def act(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        die()

    return act


def after_some(real: Method) -> Method:
    """Exit after the calls for the first chunk and for some rows of the second."""
    done, lock = 0, threading.Lock()

    def act(*args: Any, **kwargs: Any) -> Any:
        nonlocal done
        result = real(*args, **kwargs)
        with lock:
            done += 1
            if done == CHUNK + SOME:
                die()
        return result

    return act


POINTS: dict[str, tuple[type, str, Callable[[Method], Method]]] = {
    "export taken": (ExportTask, "__call__", instead),
    "file stored": (Objects, "put", after),
    "job ended": (Queues, "settle", instead),
    "alert published": (Topics, "publish", after),
    "change taken": (ApplyTask, "__call__", instead),
    "rows changed": (UserService, "update_user", after_some),
    "users created": (UserService, "create", after_some),
    "outcomes noted": (BatchRepository, "note", after),
    "outcomes counted": (BatchRepository, "count", after),
    "outcomes published": (BatchRepository, "publish", after),
    "import taken": (ImportTask, "__call__", instead),
    "import planned": (BatchService, "plan", after),
}


def work(state: str, point: str = "", job_id: str = "") -> None:
    """Serve jobs until killed. With a `point`, accept only the job `job_id`, and exit at this point of it."""
    installation = joined(Path(state))
    if point:
        only(job_id)
        owner, name, how = POINTS[point]
        setattr(owner, name, how(getattr(owner, name)))
    serve(installation, SHORT_LEASE if point else LEASE)


def only(job_id: str) -> None:
    """Lose the messages of all other jobs; the next worker must find these jobs by their leases."""
    handle, settle = Bench.handle, Queues.settle

    def act(bench: Bench, delivery: Any) -> None:
        if delivery.body == job_id:
            handle(bench, delivery)
        else:
            settle(bench._queues, delivery)  # noqa: SLF001

    Bench.handle = act
    Worker.sweep = lambda _: 0


def serve(installation: Installation, lease: timedelta) -> None:
    """Run the product's own worker, with a lease and pauses that suit tests."""
    services, turn = installation.services, Worker.turn

    def unhurried(worker: Worker, queue: Any, **_: Any) -> int:
        came = turn(worker, queue)
        time.sleep(0 if came else PAUSE)
        return came

    Worker.turn, polling.BEAT = unhurried, 1
    jobs = JobRepository(Dynamo(installation.clients, services.settings.table))
    queues = Queues(installation.clients, services.settings)
    handlers, clock = services.worker.handlers, services.clock
    Worker(jobs, queues, handlers, clock, installation.platform.identifiers, lease=lease).serve(threading.Event())


def request_export_and_die(state: str, user_id: str) -> None:
    """Store an export job, and exit before its message is sent."""
    JobService.announce = die
    installation = joined(Path(state))
    services = Wiring(installation.settings, installation.clients, secret=b"s" * 32)(clock=SlowClock())
    services.exports.request(person(installation, user_id), UserFilter())


def forked(target: Method, *args: str) -> ForkServerProcess:
    """Start `target` in a process of its own that has imported this module already.

    The process must not run the main module again, because AppTest puts the script of the page there.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=target, args=args)
    with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    return process
