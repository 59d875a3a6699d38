"""What each killed worker was doing. Each case has an organisation of its own, so that one engine serves all."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from data.aws.dynamodb import Dynamo
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.config.resources import CRITICAL, DOCUMENTS, FILES_QUEUE, PUBLISH_QUEUE, Queue
from data.core.permissions import Actor, Role
from data.jobs.models import Job, JobState
from data.jobs.repository import JobRepository
from data.runtime.installation import Installation
from data.users.export import key_of
from data.users.filters import UserFilter
from data.users.models import CreatePerson
from tests.jobs.workers import KILLED, forked, person, request_export_and_die, work

OUTSIDE = Queue("deployment")  # no worker serves it yet, so it can stand for a subscriber
WAIT = 90  # seconds for the end of a process


@dataclass
class Place:
    """An installation on an engine of its own, seen from beside its workers."""

    state: Path
    installation: Installation

    @property
    def services(self):
        return self.installation.services

    @cached_property
    def queues(self):
        return Queues(self.installation.clients, self.installation.settings)

    @cached_property
    def jobs(self):
        return JobRepository(Dynamo(self.installation.clients, self.installation.settings.table))

    def founded(self, name: str) -> Actor:
        """The first admin of a new organisation."""
        found = self.services.users.create_organisation
        made = found(org_name=name, email=f"root@{name}.example", username=f"root.{name}", password=None)
        return person(self.installation, made.person.id)

    def left(self) -> list[int]:
        depths = [self.queues.depth(queue) for queue in (FILES_QUEUE, PUBLISH_QUEUE)]
        return [number for depth in depths for number in (depth.waiting, depth.in_flight, depth.dead)]

    def files(self) -> list[str]:
        return [found.key for found in self.installation.platform.objects.walk(DOCUMENTS, "exports/")]

    def subscribe(self) -> None:
        """Let alerts come to OUTSIDE."""
        sqs, topic = self.installation.clients.sqs, Topics(self.installation.clients, self.installation.settings)
        url = sqs.get_queue_url(QueueName="pre-work-deployment-dev")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
        policy = {"Version": "2012-10-17", "Statement": [sns]}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        self.installation.clients.sns.subscribe(TopicArn=topic.arn(CRITICAL), Protocol="sqs", Endpoint=arn)

    def alerts(self) -> list[dict[str, Any]]:
        """What came outside since the last call."""
        alerts = []
        while came := self.queues.receive(OUTSIDE, hidden=60, most=10):
            for one in came:
                self.queues.settle(one)
                alerts.append(json.loads(json.loads(one.body)["Message"]))
        return alerts


class Case:
    """A job whose worker exits at `point`, in the order of the methods."""

    def __init__(self, place: Place, point: str, number: int) -> None:
        self.place, self.point = place, point
        self.org = f"org{number:02}"
        self.root = place.founded(self.org)
        self.job_id = ""

    @property
    def services(self):
        return self.place.services

    def prepare(self) -> None:
        """Do what must be there before any worker runs."""

    def request(self) -> str:
        """Ask for the job; its ID."""
        raise NotImplementedError

    def kill(self) -> None:
        self.job_id = self.request()
        process = forked(work, str(self.place.state), self.point, self.job_id)
        process.join(WAIT)
        assert process.exitcode == KILLED, (self.point, process.exitcode)

    def check_after_the_kill(self) -> None:
        """See how the worker left the job, while no other worker runs."""

    def check(self, job: Job) -> None:
        """See what the next worker made of it."""
        raise NotImplementedError

    def newest(self, kind: str) -> Job:
        return next(job for job in self.place.jobs.list_newest(self.root.org_id, limit=20) if job.kind == kind)

    def create(self, username: str, **fields: Any) -> str:
        username = f"{username}.{self.org}"
        command = CreatePerson.of(email=f"{username}@{self.org}.example", username=username, **fields)
        return self.services.users.create(self.root, command).person.id


class RequestedExport(Case):
    """The process that asks for it is killed before it sends the message."""

    def kill(self):
        process = forked(request_export_and_die, str(self.place.state), self.root.user_id)
        process.join(WAIT)
        assert process.exitcode == KILLED
        asked = self.newest("export-users")
        self.job_id = asked.job_id
        assert (asked.state, self.place.left()) == (JobState.QUEUED, [0] * 6)

    def check(self, job):
        assert (job.state, job.attempts, job.result["rows"]) == (JobState.DONE, 1, 1)
        assert key_of(job) in self.place.files()


class Export(Case):
    def request(self):
        self.asked = self.services.exports.request(self.root, UserFilter())
        return self.asked.job_id

    def check_after_the_kill(self):
        ended = self.point == "job ended"
        assert self.place.jobs.find(self.job_id).state is (JobState.DONE if ended else JobState.RUNNING)
        assert (key_of(self.asked) in self.place.files()) is (self.point != "export taken")

    def check(self, job):
        assert (job.state, job.result["rows"]) == (JobState.DONE, 1)
        assert job.attempts >= (1 if self.point == "job ended" else 2)  # a machine under load may lose a lease
        assert self.place.files().count(key_of(self.asked)) == 1


class Alert(Case):
    def request(self):
        self.made = self.create("second", role=Role.ADMIN)
        return self.newest("publish").job_id

    def check(self, job):
        first, second, *more = self.place.alerts()
        assert [second, *more] == [first] * (1 + len(more))
        assert (first["dedup"], first["userId"]) == (job.job_id, self.made)
        assert job.state is JobState.DONE
        assert job.attempts >= 2
