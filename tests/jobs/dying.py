"""A worker, or somebody who asks for work, that dies at a named point: python -m tests.jobs.dying STATE POINT USER"""

import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.aws.dynamodb import Dynamo
from data.aws.s3 import Objects
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.config.settings import load
from data.core.permissions import Actor
from data.jobs import worker as polling
from data.jobs.repository import JobRepository
from data.jobs.service import JobService
from data.jobs.worker import Worker
from data.runtime.installation import Installation
from data.runtime.wiring import Wiring
from data.users.export import PeopleFilter
from data.users.tasks import ExportTask

KILLED = 9
LEASE = timedelta(seconds=4)
WAIT = 1  # seconds of a long poll: one that outlives its worker gets the next message once, less than a lease


class Late:
    """A clock that is half a minute slow, so that what is asked for now is overdue at once."""

    def now(self):
        return datetime.now(UTC) - timedelta(seconds=30)


def joined(state: Path) -> Installation:
    """The installation whose engine runs in `state`."""
    installation = Installation(load({"DASHBOARD_STATE_DIR": str(state)}), joins=True)
    installation.open()
    return installation


def worker_of(installation: Installation) -> Worker:
    """The product's own, with a lease and a poll that are soon over; for a process of its own."""
    polling.WAIT = WAIT
    services = installation.services
    jobs = JobRepository(Dynamo(services.clients, services.settings.table))
    queues = Queues(services.clients, services.settings)
    return Worker(jobs, queues, services.worker.handlers, services.clock, services.identifiers, lease=LEASE)


def die(*_args, **_kwargs) -> None:
    os._exit(KILLED)


def after(real):
    """Do it, and die."""

    def act(*args, **kwargs):
        real(*args, **kwargs)
        die()

    return act


def person(installation: Installation, user_id: str) -> Actor:
    user = installation.services.users.find(user_id)
    return Actor(user.user_id, user.org_id, user.role, username=user.username)


def ask_and_die(installation: Installation, user_id: str) -> None:
    JobService.announce = die
    settings, clients = installation.settings, installation.clients
    services = Wiring(settings, clients, secret=b"s" * 32)(clock=Late())
    services.exports.request(person(installation, user_id), PeopleFilter())


def main() -> None:
    installation, point = joined(Path(sys.argv[1])), sys.argv[2]
    if point == "asked":
        ask_and_die(installation, sys.argv[3])
    elif point == "taken":
        ExportTask.__call__ = die
    elif point == "stored":
        Objects.put = after(Objects.put)
    elif point == "noted":
        Queues.settle = die
    elif point == "published":
        Topics.publish = after(Topics.publish)
    worker_of(installation).serve(threading.Event())


if __name__ == "__main__":
    main()
