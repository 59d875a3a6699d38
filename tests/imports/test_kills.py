"""A worker is killed within an import, on the embedded engine; a fresh one brings it to its end, each row once."""

import subprocess
import sys
from collections import Counter

import pytest

from data.audit.filters import Wanted
from data.aws.dynamodb import Dynamo
from data.bulk.models import Outcome
from data.config.resources import DOCUMENTS
from data.imports.service import file_key
from data.jobs.models import JobState
from data.jobs.repository import JobRepository
from tests.dashboards import ROOT, environment, until
from tests.engines import running_engine
from tests.jobs.dying import KILLED, joined, person

pytestmark = pytest.mark.engine
MANY = 60


class Place:
    """An installation on an engine of its own, seen from beside its workers."""

    def __init__(self, state, installation, user_id):
        self.state, self.services = state, installation.services
        self.root = person(installation, user_id)
        self.jobs = JobRepository(Dynamo(installation.clients, installation.settings.table))

    def started(self, point):
        line = [sys.executable, "-m", "tests.imports.dying", str(self.state), point]
        return subprocess.Popen(line, cwd=ROOT, env=environment())

    def ends_though_killed_at(self, point, job_id):
        """The job, done by a fresh worker after the first one died."""
        assert self.started(point).wait(90) == KILLED
        fresh = self.started("never")
        try:
            until(lambda: not self.jobs.find(job_id).open, "the job")
        finally:
            fresh.kill()
            fresh.wait()
        job = self.jobs.find(job_id)
        assert job.state is JobState.DONE, job.error
        assert job.attempts > 1
        return job

    def sent(self, name):
        """The job of a file with new people, each under the one before."""
        upload_id = self.services.identifiers.new()
        lines = [f"{name}{n}@acme.example,{name}{n:02},{f'{name}{n - 1:02}' if n % 9 else 'root'}" for n in range(MANY)]
        body = "\n".join(["E-mail,Username,Manager", *lines]).encode()
        self.services.objects.put(DOCUMENTS, file_key(self.root.org_id, upload_id), body, content_type="text/csv")
        return self.services.imports.request(self.root, upload_id, "people.csv").job_id


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    state = tmp_path_factory.mktemp("imports") / "state"
    state.mkdir()
    with running_engine(state / "engine"):
        installation = joined(state)
        installation.setup()
        founded = installation.services.users.found(
            org_name="Acme", email="r@acme.example", username="root", password=None
        )
        yield Place(state, installation, founded.person.id)
        installation.close()


@pytest.mark.parametrize("point", ["taken", "planned"])
def test_killed_while_it_looks_it_finds_the_same(place, point):
    job_id = place.sent(point)
    place.ends_though_killed_at(point, job_id)
    finding = place.services.imports.get(place.root, job_id).finding
    assert (finding.rows, finding.create, finding.reject) == (MANY, MANY, 0)
    assert place.services.batches.rows(place.root, finding.batch_id).total == MANY


def test_killed_while_it_adds_nobody_is_added_twice(place):
    job_id = place.sent("added")
    worker = place.started("never")
    until(lambda: not place.jobs.find(job_id).open, "the dry run")
    worker.kill()
    worker.wait()
    batch_id = place.services.imports.get(place.root, job_id).finding.batch_id
    planned = place.services.batches.rows(place.root, batch_id, size=MANY).items
    place.services.batches.apply(place.root, batch_id)
    job = place.ends_though_killed_at("people", batch_id)
    assert job.result == {"created": MANY}
    outcomes = place.services.batches.outcomes(place.root, batch_id, size=MANY).items
    assert Counter(row.outcome for row in outcomes) == {Outcome.CREATED: MANY}
    assert [row.user_id for row in outcomes] == [row.user_id for row in planned]
    for row in planned[::7]:
        user = place.services.users.find(row.user_id)
        assert (user.version, user.manager_id, user.email) == (1, row.after["manager_id"], row.after["email"])
        records = place.services.audit.list_newest(place.root, Wanted(entity_id=row.user_id)).items
        assert [record.action for record in records] == ["user_created"]
