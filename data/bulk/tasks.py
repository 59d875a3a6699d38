"""The worker's part of batches: a plan applied chunk by chunk, each row by the rules of one person."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from tempfile import TemporaryFile
from typing import Any, Final

from data.bulk.models import Act, AppliedRow, Batch, Outcome, PlannedRow
from data.bulk.planner import DONE
from data.bulk.reconciler import Settling, attempt_of, mark_of
from data.bulk.repository import BatchRepository, Tally, came_to
from data.core.errors import Conflict, Defect, InvalidInput, NotFound, NotPermitted
from data.core.logs import correlation_id
from data.core.permissions import Actor, authorise
from data.jobs.csv_files import rows_into
from data.jobs.models import ActorForJob, Job, Report
from data.users.models import USER_FIELDS, CreatePerson, EditConflict, EditPerson, Person, Status, User
from data.users.profile_models import Profile
from data.users.service import UserService

SIDE_BY_SIDE: Final = 8
PEOPLE: Final = "people"  # what a batch counts
NO_PLAN: Final = "The plan is not there any more; plans are kept for 7 days. Make a new one."
HEAD: Final = ("Row", "User ID", "Name", "Outcome", "Why", "Changes")


class ApplyTask:
    """The handler of `apply-people`. It acts as the person who asked, with the rights that they have now."""

    def __init__(
        self, actor_for_job: ActorForJob, users: UserService, settling: Settling, batches: BatchRepository
    ) -> None:
        self._actor_for_job, self._users, self._settling, self._batches = actor_for_job, users, settling, batches

    def __call__(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Raises NotPermitted when the person has lost the right; what was done by then stands."""
        batch = self._batches.find(job.org_id, str(job.input["batch"]))
        if batch is None:
            raise NotFound(NO_PLAN)
        mark = correlation_id.set(mark_of(job))
        try:
            tally = self._work(job, batch, report)
        finally:
            correlation_id.reset(mark)
        self._publish(batch, tally)
        return {outcome.value: number for outcome, number in came_to(tally).items()}

    def _work(self, job: Job, batch: Batch, report: Report) -> Tally:
        tally, attempt = self._batches.tally(batch, job.progress.noted), attempt_of(job)
        begun = len(tally)
        report(_done(tally), batch.to_do, PEOPLE)
        for number in range(begun, len(batch.parts)):
            actor = self._actor_for_job(job)
            for permission in batch.needs:
                authorise(actor, permission)
            rows = [row for row in self._batches.rows(batch, number) if row.act is not Act.REJECT]
            applied = self._settling.done(job, rows) if number == begun else {}
            left = [row for row in rows if row.number not in applied]
            came = partial(_tell, report, _done(tally) + len(applied), batch)
            applied |= self._applied(actor, left, came)
            others = [row for row in rows if applied[row.number].outcome not in DONE]
            applied |= self._settling.done(job, others)  # by a worker that lost its lease, or has taken ours
            tally.append(self._batches.note(batch, number, attempt, [applied[row.number] for row in rows]))
            report(_done(tally), batch.to_do, PEOPLE, noted=self._batches.count(batch, attempt, tally))
        return tally

    def _applied(self, actor: Actor, rows: Sequence[PlannedRow], came: Callable[[int], None]) -> dict[int, AppliedRow]:
        """Apply the rows, some at a time. A row waits for the row that creates or moves its manager.

        `came` is called with the number of rows that are done. A row begins only after `came` has returned for an
        earlier one, so if `came` or a row raises, no further row begins.
        """
        found: dict[int, AppliedRow | None] = {}
        with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="batch") as pool:
            for wave in _waves(rows):
                left, acts = deque(wave), dict[Future[AppliedRow | None], PlannedRow]()
                while left or acts:
                    while left and len(acts) < SIDE_BY_SIDE:
                        row = left.popleft()
                        acts[pool.submit(copy_context().run, partial(self._first, actor, row))] = row
                    for act in wait(acts, return_when=FIRST_COMPLETED).done:
                        found[acts.pop(act).number] = act.result()
                        came(len(found))
        return {row.number: found[row.number] or self._row(actor, row) for row in rows}

    def _first(self, actor: Actor, row: PlannedRow) -> AppliedRow | None:
        """None where others of the chunk were in the way, so that it is worth to try alone."""
        try:
            return self._tried(actor, row)
        except Conflict:
            return None

    def _row(self, actor: Actor, row: PlannedRow) -> AppliedRow:
        try:
            return self._tried(actor, row)
        except Conflict as error:
            return AppliedRow.of(row, Outcome.REFUSED, words=str(error))

    def _tried(self, actor: Actor, row: PlannedRow) -> AppliedRow:
        """Raises Conflict where others changed the same at this moment, and for the last admin."""
        try:
            return self._created(actor, row) if row.act is Act.CREATE else self._changed(actor, row)
        except EditConflict as error:
            return AppliedRow.of(row, Outcome.MOVED, words=_moved(error.names))
        except NotFound:
            return AppliedRow.of(row, Outcome.GONE, words="Nobody is here by that id any more.")
        except InvalidInput as error:
            return AppliedRow.of(row, Outcome.REFUSED, words=" ".join(error.fields.values()))
        except (NotPermitted, Defect) as error:
            return AppliedRow.of(row, Outcome.REFUSED, words=str(error))

    def _created(self, actor: Actor, row: PlannedRow) -> AppliedRow:
        made = self._users.create(actor, CreatePerson.of(**row.after), user_id=row.user_id)
        created = made.set_password_url is not None
        return AppliedRow.of(row, Outcome.CREATED if created else Outcome.UNCHANGED, version=made.person.version)

    def _changed(self, actor: Actor, row: PlannedRow) -> AppliedRow:
        command, base = EditPerson.of(**row.after), _as_planned(actor.org_id, row)
        before, after = self._users.update_user(actor, row.user_id, command, base=base)
        return AppliedRow.of(row, Outcome.UNCHANGED if after is before else Outcome.CHANGED, version=after.version)

    def _publish(self, batch: Batch, tally: Tally) -> None:
        with TemporaryFile() as file:
            with rows_into(file) as sheet:
                sheet.write(HEAD)
                for chunk in tally:
                    for row in self._batches.outcomes(batch, chunk):
                        sheet.write((row.number, row.user_id, row.name, row.outcome, row.words, _in_words(row)))
            file.seek(0)
            self._batches.publish(batch, file)


def _tell(report: Report, before: int, batch: Batch, since: int) -> None:
    report(before + since, batch.to_do, PEOPLE)


def _done(tally: Tally) -> int:
    return sum(came_to(tally).values())


def _waves(rows: Sequence[PlannedRow]) -> Iterator[list[PlannedRow]]:
    """The rows in groups whose order does not matter.

    Nobody comes before a manager who is still to be created, to be moved or to come back. Those who go come last:
    nobody can come under somebody inactive.
    """
    going = [row for row in rows if row.act is Act.CHANGE and row.after.get("status") == Status.INACTIVE]
    last = {row.number for row in going}
    left = [row for row in rows if row.number not in last]
    while left:
        coming = {row.user_id for row in left if _makes_way(row)}
        wave = [row for row in left if row.after.get("manager_id") not in coming]
        wave = wave or left  # they wait for each other, so each is refused in its own words
        yield wave
        taken = {row.number for row in wave}
        left = [row for row in left if row.number not in taken]
    yield going


def _makes_way(row: PlannedRow) -> bool:
    """Whether others can come under this person only when the row is done, or better then."""
    return row.act is Act.CREATE or "manager_id" in row.after or row.after.get("status") == Status.ACTIVE


def _as_planned(org_id: str, row: PlannedRow) -> Person:
    """The person as the plan saw them, as far as it matters: the fields that change, and the version."""
    on_user = {name: value for name, value in row.before.items() if name in USER_FIELDS}
    on_profile = {name: value for name, value in row.before.items() if name not in USER_FIELDS}
    user = User.model_construct(user_id=row.user_id, org_id=org_id, version=row.version or 0, **on_user)
    return Person(user, Profile.model_construct(user_id=row.user_id, org_id=org_id, **on_profile))


def _moved(names: Sequence[str]) -> str:
    changed = " and ".join(name.removesuffix("_id").replace("_", " ") for name in names)
    return f"Somebody changed the {changed} since this was planned."


def _in_words(row: AppliedRow) -> str:
    """What was to change: "department: Sales → Finance"."""
    pairs = ((name, row.before.get(name) or "", value or "") for name, value in row.after.items())
    return "; ".join(
        f"{name.removesuffix('_id').replace('_', ' ')}: {before} → {after}" for name, before, after in pairs
    )
