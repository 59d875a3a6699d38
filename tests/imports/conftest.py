"""Files sent and looked into as the product does it, without a browser: object, job, worker."""

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from data.aws.dynamodb import Dynamo
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.imports.service import file_key, rejected_key
from data.jobs.models import JobState
from data.users.models import PROFILE_FIELDS, USER_FIELDS
from data.users.profile_table import PROFILES
from data.users.table import USERS
from tests.jobs.workers import person

MOST = 100


@dataclass
class Desk:
    """Where `root`, an admin, imports files."""

    world: Any
    root: Any

    @property
    def services(self):
        return self.world.services

    def send(self, text, *, actor=None, name="people.csv"):
        """The job of a file that was sent and asked for."""
        actor = actor or self.root
        upload_id = self.world.platform.identifiers.new()
        body = text if isinstance(text, bytes) else text.encode()
        self.world.platform.objects.put(DOCUMENTS, file_key(actor.org_id, upload_id), body, content_type="text/csv")
        return self.services.imports.request(actor, upload_id, name)

    def work(self):
        while self.services.worker.turn(FILES_QUEUE):
            pass

    def check(self, text, *, actor=None):
        """What the dry run of this file found."""
        job = self.send(text, actor=actor)
        self.work()
        found = self.services.imports.get(actor or self.root, job.job_id)
        assert found.job.state is JobState.DONE, found.job.error
        return found.finding

    def planned(self, finding, *, act=None):
        """All rows of the plan, in its order."""
        return self._all(self.services.batches.rows, finding.batch_id, act=act)

    def rows(self, text):
        """The rows of the plan for this file."""
        return self.planned(self.check(text))

    def apply(self, finding, *, actor=None):
        """What came of each row, in the order of the plan."""
        job = self.services.batches.apply(actor or self.root, finding.batch_id)
        self.work()
        assert self.services.jobs.get(self.root, job.job_id).state is JobState.DONE
        return self._all(self.services.batches.outcomes, finding.batch_id)

    def everybody(self):
        """By userId, the fields of all people of the organisation as they are stored."""
        profiles = {item["userId"]: item for item in self.world.items(PROFILES)}
        names = {to_camel(name): name for name in USER_FIELDS | PROFILE_FIELDS} | {"username": "username"}
        both = (profiles.get(item["userId"], {}) | item for item in self.world.items(USERS))
        return {
            item["userId"]: {ours: item.get(name) for name, ours in names.items()}
            for item in both
            if item["orgId"] == self.root.org_id
        }

    def rejected(self, finding, job_id):
        """The file of rejected lines, as dictionaries."""
        assert rejected_key(self.root.org_id, finding.batch_id) in self.services.imports.rejected(self.root, job_id)
        return list(csv.DictReader(io.StringIO(self.rejected_text(finding), newline="")))

    def rejected_text(self, finding):
        """The same as it is downloaded."""
        body = self.world.platform.objects.get(DOCUMENTS, rejected_key(self.root.org_id, finding.batch_id))
        return body.decode("utf-8-sig")

    def _all(self, read, batch_id, **chosen):
        found, page = [], 1
        while True:
            part = read(self.root, batch_id, page=page, size=MOST, **chosen)
            found += part.items
            if len(found) >= part.total:
                return found
            page += 1


@dataclass
class Place:
    """An installation on an engine, as far as a desk needs a world."""

    services: Any
    platform: Any
    dynamo: Any

    def items(self, table):
        return list(self.dynamo.scan(table))


def desk_of(installation, org_name="Acme"):
    """A desk of a new organisation, whose admin is `root`, or `root.globex` of others than Acme."""
    services, name = installation.services, org_name.lower()
    username = "root" if name == "acme" else f"root.{name}"
    founded = services.users.create_organisation(
        org_name=org_name, email=f"root@{name}.example", username=username, password=None
    )
    world = Place(services, installation.platform, Dynamo(installation.clients, installation.settings.table))
    return Desk(world, person(installation, founded.person.id))


@pytest.fixture
def desk(world, monkeypatch):
    """moto is not atomic under threads; side by side runs on the engine."""
    monkeypatch.setattr("data.bulk.tasks.SIDE_BY_SIDE", 1)
    return Desk(world, world.person("admin", name="root"))
