"""A worker is killed within a batch, on the embedded engine; a fresh one goes on, and no row is done twice."""

import subprocess
import sys
from collections import Counter
from contextlib import contextmanager

import pytest

from data.audit.filters import Wanted
from data.aws.dynamodb import Dynamo
from data.bulk import repository
from data.bulk.models import Act, Outcome, PlannedRow
from data.jobs.models import JobState
from data.jobs.repository import JobRepository
from data.users.models import CreatePerson, EditPerson
from tests.bulk.dying import CHUNK
from tests.dashboards import ROOT, environment, until
from tests.engines import running_engine
from tests.jobs.dying import KILLED, joined, person

pytestmark = pytest.mark.engine
MANY = 50  # people: two chunks and a half


class Place:
    """An installation on an engine of its own, seen from beside its workers."""

    def __init__(self, state, installation, user_id):
        self.state, self.services = state, installation.services
        self.root = person(installation, user_id)
        self.jobs = JobRepository(Dynamo(installation.clients, installation.settings.table))
        self.names = []

    def started(self, point):
        line = [sys.executable, "-m", "tests.bulk.dying", str(self.state), point]
        return subprocess.Popen(line, cwd=ROOT, env=environment())

    def dies_at(self, point):
        assert self.started(point).wait(90) == KILLED

    @contextmanager
    def ended_by_a_fresh_worker(self, batch):
        fresh = self.started("never")
        try:
            until(lambda: not self.jobs.find(batch.batch_id).open, "the job")
            yield self.jobs.find(batch.batch_id)
        finally:
            fresh.kill()
            fresh.wait()

    def outcomes(self, batch):
        read = self.services.batches.outcomes
        pages = -(-read(self.root, batch.batch_id).total // 100)
        return [row for n in range(pages) for row in read(self.root, batch.batch_id, page=n + 1, size=100).items]

    def acts_on(self, batch, user_id):
        """How often this person was changed for the batch, as the trail has it."""
        trail = self.services.audit.list_newest(self.root, Wanted(entity_id=user_id)).items
        return sum(record.correlation_id == batch.batch_id for record in trail)


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch):
    """The plan says how long they are, so the worker follows."""
    monkeypatch.setattr(repository, "CHUNK", CHUNK)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    state = tmp_path_factory.mktemp("batches") / "state"
    state.mkdir()
    with running_engine(state / "engine"):
        installation = joined(state)
        installation.setup()
        founded = installation.services.users.found(
            org_name="Acme", email="r@acme.example", username="root", password=None
        )
        place = Place(state, installation, founded.person.id)
        for number in range(MANY):
            command = CreatePerson.of(email=f"p{number}@acme.example", username=f"p{number:02}", department="Sales")
            place.names.append(place.services.users.create(place.root, command).person.id)
        yield place
        installation.close()


@pytest.mark.parametrize("point", ["taken", "rows", "written", "counted", "published"])
def test_killed_within_a_change_each_row_is_done_once(place, point):
    command = EditPerson.of(department=f"Moved at {point}")
    batch = place.services.batches.plan_change(place.root, place.names, command, title="Killed")
    place.services.batches.apply(place.root, batch.batch_id)
    place.dies_at(point)
    reverted = place.names[22]  # of the chunk in which the worker dies at "rows"; sometimes done by then
    was_done = place.services.users.find(reverted).department == command.department
    if point == "rows":
        place.services.users.edit(place.root, reverted, EditPerson.of(department="Kept"))
    with place.ended_by_a_fresh_worker(batch) as job:
        assert job.state is JobState.DONE, job.error
        outcomes = place.outcomes(batch)
    assert [row.user_id for row in outcomes] == place.names
    expected = Outcome.CHANGED if was_done or point != "rows" else Outcome.MOVED
    assert Counter(row.outcome for row in outcomes if row.user_id != reverted) == {Outcome.CHANGED: MANY - 1}
    assert next(row.outcome for row in outcomes if row.user_id == reverted) is expected
    if point == "rows":
        assert place.services.users.find(reverted).department == "Kept"
    assert {place.acts_on(batch, name) for name in place.names[16:34] if name != reverted} == {1}
    assert "changes-" in place.services.batches.link(place.root, batch.batch_id)


def test_killed_within_creations_nobody_is_made_twice(place):
    rows = [
        PlannedRow(
            number=n,
            act=Act.CREATE,
            user_id=f"new-{n:04}",
            name=f"New {n}",
            after={"email": f"new{n}@acme.example", "username": f"new-{n:04}"},
        )
        for n in range(1, MANY + 1)
    ]
    batch = place.services.batches.plan(place.root, rows, cause="import", title="New people")
    place.services.batches.apply(place.root, batch.batch_id)
    place.dies_at("people")
    with place.ended_by_a_fresh_worker(batch) as job:
        assert job.result == {"created": MANY}
        assert Counter(row.outcome for row in place.outcomes(batch)) == {Outcome.CREATED: MANY}
    assert all(place.services.users.find(row.user_id).version == 1 for row in rows[::10])
