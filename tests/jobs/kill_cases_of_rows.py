"""Bulk changes and imports whose worker exits within them: no row may be done twice, and none may be lost."""

from collections import Counter

from data.audit.filters import AuditFilter
from data.bulk.models import Act, Outcome, PlannedRow
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.imports.service import file_key
from data.jobs.models import JobState
from data.users.models import EditPerson
from tests.jobs.kill_cases import Case
from tests.jobs.workers import CHUNK, SOME

MANY = 2 * CHUNK + CHUNK // 2


class Batch(Case):
    """A bulk change of MANY users, or one that creates as many."""

    def outcomes(self):
        read = self.services.batches.outcomes
        return read(self.root, self.job_id, size=MANY).items

    def records(self, user_id):
        return self.services.audit.list_newest(self.root, AuditFilter(entity_id=user_id)).items

    def apply(self, batch):
        return self.services.batches.apply(self.root, batch.batch_id).job_id


class Change(Batch):
    def prepare(self):
        self.names = [self.create(f"p{number:02}", department="Sales") for number in range(MANY)]

    def request(self):
        self.command = EditPerson.of(department=f"Moved: {self.point}")
        plan = self.services.batches.plan_change
        return self.apply(plan(self.root, self.names, self.command, title="Killed"))

    def check_after_the_kill(self):
        """Another admin edits the first and the last user of the chunk within which the worker exited."""
        self.edited = {}
        for name in (self.names[CHUNK], self.names[2 * CHUNK - 1]) if self.point == "rows changed" else ():
            self.edited[name] = self.services.users.find(name).department == self.command.department
            self.services.users.edit(self.root, name, EditPerson.of(department="Kept"))

    def check(self, job):
        assert job.state is JobState.DONE, job.error
        rows = self.outcomes()
        assert [row.user_id for row in rows] == self.names
        expected = {name: Outcome.CHANGED if done else Outcome.MOVED for name, done in self.edited.items()}
        assert {row.user_id: row.outcome for row in rows} == dict.fromkeys(self.names, Outcome.CHANGED) | expected
        assert {self.services.users.find(name).department for name in self.edited} <= {"Kept"}
        around = self.names[CHUNK - SOME : 2 * CHUNK - SOME]
        assert {self.changes_of(name) for name in around if name not in self.edited} == {1}
        assert "changes-" in self.services.batches.link(self.root, self.job_id)

    def changes_of(self, user_id):
        """How often the audit trail says that this bulk change changed the user."""
        return sum(record.correlation_id == self.job_id for record in self.records(user_id))


class Creation(Batch):
    def request(self):
        rows = [self.row(number) for number in range(1, MANY + 1)]
        return self.apply(self.services.batches.plan(self.root, rows, cause="import", title="New people"))

    def row(self, number):
        name = f"new-{number:04}"
        after = {"email": f"{name}@{self.org}.example", "username": f"{name}.{self.org}"}
        return PlannedRow(number=number, act=Act.CREATE, user_id=f"{name}-{self.org}", name=name, after=after)

    def check(self, job):
        assert job.result == {"created": MANY}
        rows = self.outcomes()
        assert Counter(row.outcome for row in rows) == {Outcome.CREATED: MANY}
        assert all(self.services.users.find(row.user_id).version == 1 for row in rows[::5])


class DryRun(Batch):
    """The dry run of a file of new users, each below the one before."""

    def request(self):
        upload_id = self.place.installation.platform.identifiers.new()
        lines = [f"u{n}@{self.org}.example,u{n:02}.{self.org},{self.manager(n)}" for n in range(MANY)]
        body = "\n".join(["E-mail,Username,Manager", *lines]).encode()
        self.place.installation.platform.objects.put(
            DOCUMENTS, file_key(self.root.org_id, upload_id), body, content_type="text/csv"
        )
        return self.services.imports.request(self.root, upload_id, "people.csv").job_id

    def manager(self, number):
        return f"u{number - 1:02}.{self.org}" if number % 9 else self.root.username

    def check(self, job):
        assert (job.state, job.attempts > 1) == (JobState.DONE, True), job.error
        finding = self.services.imports.get(self.root, self.job_id).finding
        assert (finding.rows, finding.create, finding.reject) == (MANY, MANY, 0)
        assert self.services.batches.rows(self.root, finding.batch_id).total == MANY


class Import(DryRun):
    """The same file while its rows are applied."""

    def prepare(self):
        checked = super().request()
        while self.services.worker.turn(FILES_QUEUE):
            pass
        self.batch_id = self.services.imports.get(self.root, checked).finding.batch_id
        self.planned = self.services.batches.rows(self.root, self.batch_id, size=MANY).items

    def request(self):
        return self.services.batches.apply(self.root, self.batch_id).job_id

    def check(self, job):
        assert (job.state, job.attempts > 1) == (JobState.DONE, True), job.error
        assert job.result == {"created": MANY}
        rows = self.outcomes()
        assert Counter(row.outcome for row in rows) == {Outcome.CREATED: MANY}
        assert [row.user_id for row in rows] == [row.user_id for row in self.planned]
        for row in self.planned[::7]:
            user = self.services.users.find(row.user_id)
            assert (user.version, user.manager_id, user.email) == (1, row.after["manager_id"], row.after["email"])
            assert [record.action for record in self.records(row.user_id)] == ["user_created"]
