"""The rules of batches: a plan is frozen, looked at, applied once by the worker, and can be taken back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any, Final

from data.audit.service import AuditService
from data.bulk.actions import BulkAction
from data.bulk.models import APPLY, MOST_ROWS, Act, AppliedRow, Batch, Cause, Done, Outcome, PlannedRow, added_up
from data.bulk.planner import FAILED, Planner
from data.bulk.reconciler import Settling, attempt_of
from data.bulk.repository import CSV, PUBLISHED, BatchRepository, key_of, written
from data.bulk.results import Rows, State, chosen, page_of, visible_to
from data.config.resources import DOCUMENTS
from data.core.clock import Clock
from data.core.errors import AlreadyThere, Conflict, InvalidInput, NotFound, NotPermitted
from data.core.identifiers import Identifiers
from data.core.permissions import NOTHING_HERE, Actor, Permission, authorise, authorise_users_file, may
from data.jobs.models import Job, JobState
from data.jobs.result_files import Download, JobFiles
from data.jobs.service import JobService
from data.storage.unit_of_work import Store
from data.users.models import EditPerson, Status, User, needed_to_change

KEPT: Final = timedelta(days=dict(DOCUMENTS.expiring)["exports/"])
IDS: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")


class BatchService:
    def __init__(  # noqa: PLR0917 - wired once, in bootstrap
        self,
        store: Store,
        jobs: JobService,
        planner: Planner,
        batches: BatchRepository,
        audit: AuditService,
        clock: Clock,
        identifiers: Identifiers,
        settling: Settling,
        files: JobFiles,
    ) -> None:
        self._store, self._jobs, self._planner, self._batches, self._audit = store, jobs, planner, batches, audit
        self._clock, self._identifiers, self._settling = clock, identifiers, settling
        self._files = files

    def plan(
        self, actor: Actor, rows: Iterable[PlannedRow], *, cause: Cause, title: str, source: str | None = None
    ) -> Batch:
        """Freeze these rows; nobody is changed yet. A row whose manager is created by another row comes after it.

        Raises NotPermitted where the role could do nothing of it, InvalidInput for no rows and for too many.
        """
        authorise(actor, Permission.LIST_USERS)
        needs: set[Permission] = set()
        with written(_watched(rows, needs)) as (file, parts):
            batch = Batch(
                batch_id=self._identifiers.new(),
                org_id=actor.org_id,
                cause=cause,
                title=title,
                counts=added_up(part.counts for part in parts),
                created_by=actor.user_id,
                created_at=self._clock.now(),
                needs=tuple(sorted(needs)),
                source=source,
                parts=parts,
            )
            for permission in batch.needs:
                authorise(actor, permission)
            self._batches.store(batch, file)
        return batch

    def plan_change(self, actor: Actor, user_ids: Sequence[str], command: EditPerson, *, title: str) -> Batch:
        """Freeze one change of many people, each as they are stored now. Raises NotPermitted, InvalidInput."""
        return self.plan(actor, self._planner.change(actor, user_ids, command), cause="bulk", title=title)

    def plan_edits(self, actor: Actor, edits: Mapping[str, Mapping[str, Any]], *, title: str) -> Batch:
        """Freeze a change of each one's own for several people, by id. Raises NotPermitted, InvalidInput."""
        for permission in {needed for values in edits.values() for needed in needed_to_change(values)}:
            authorise(actor, permission)
        return self.plan(actor, self._planner.edits(actor, edits), cause="bulk", title=title)

    def get(self, actor: Actor, batch_id: str) -> Batch:
        """Return the head of the actor's own plan; users who manage jobs see all plans of their organisation.

        A plan of an import requires the permission to create users, like the import itself. Raises NotFound,
        NotPermitted.
        """
        authorise(actor, Permission.LIST_USERS)
        batch = self._batches.find(actor.org_id, batch_id) if IDS.fullmatch(batch_id) else None
        own = batch is not None and batch.created_by == actor.user_id
        if batch is None or not (own or may(actor, Permission.MANAGE_JOBS)):
            raise NotFound(NOTHING_HERE)
        if batch.creates_users:
            authorise(actor, Permission.CREATE_USERS)
        if self._clock.now() - batch.created_at > KEPT:
            raise NotFound(f"Plans and what came of them are kept for {KEPT.days} days.")
        return batch

    def apply(self, actor: Actor, batch_id: str) -> Job:
        """Have the worker do just what is planned; asked twice, it is one job.

        Raises NotFound, NotPermitted; Conflict for a plan in which nothing is to be done.
        """
        batch = self.get(actor, batch_id)
        if batch.created_by != actor.user_id:
            raise NotPermitted("Only who made this plan can apply it: it is done with their rights.")
        for permission in batch.needs:
            authorise(actor, permission)
        if not batch.to_do:
            raise Conflict("Nothing of this plan can be done; each row says why.")
        details = {"title": batch.title, "cause": batch.cause, "rows": batch.to_do}
        with suppress(AlreadyThere), self._store.begin() as unit:  # applied twice, it is one job
            self._jobs.enqueue(unit, actor, APPLY, {"batch": batch_id, "title": batch.title}, job_id=batch_id)
            self._audit.record(unit, actor, BulkAction.APPLIED, entity=("batch", batch_id), details=details)
        return self._jobs.get(actor, batch_id)

    def state(self, actor: Actor, batch_id: str) -> State:
        """A batch, its job, and how many rows came to what so far. Raises NotFound."""
        return self._state(actor, batch_id, anew=False)

    def _state(self, actor: Actor, batch_id: str, *, anew: bool) -> State:
        """`anew`: also where it was looked for before what a job did that failed."""
        batch = self.get(actor, batch_id)
        try:
            job = self._jobs.get(actor, batch_id)
        except NotFound:
            return State(batch, None, ())
        tally = self._batches.tally(batch, job.progress.noted)
        if job.state is JobState.FAILED and len(tally) < len(batch.parts):
            tally.append(self._cut_short(batch, job, len(tally), anew=anew))
        return State(batch, job, tally)

    def rows(
        self, actor: Actor, batch_id: str, *, act: Act | None = None, page: int = 1, size: int = 50
    ) -> Rows[PlannedRow]:
        """Return a page of the plan, of one act or of all, as the actor may see it now. Raises NotFound."""
        batch = self.get(actor, batch_id)
        counts = [chosen(part.counts, act) for part in batch.parts]
        found = page_of(
            counts, page, size, lambda number: self._batches.rows(batch, number), lambda row: act in {None, row.act}
        )
        return visible_to(actor, found)

    def outcomes(
        self, actor: Actor, batch_id: str, *, outcome: Outcome | None = None, page: int = 1, size: int = 50
    ) -> Rows[AppliedRow]:
        """Return a page of the outcomes so far, of one sort or of all, as the actor may see it now. Raises NotFound."""
        state = self.state(actor, batch_id)
        found = page_of(
            [chosen(chunk.counts, outcome) for chunk in state.tally],
            page,
            size,
            lambda number: self._batches.outcomes(state.batch, state.tally[number]),
            lambda row: outcome in {None, row.outcome},
        )
        return visible_to(actor, found)

    def link(self, actor: Actor, batch_id: str) -> str:
        """Return a URL of all outcomes as CSV; the download is recorded.

        Raises NotFound, NotPermitted; Conflict until the worker is done.
        """
        authorise_users_file(actor)
        state = self.state(actor, batch_id)
        if state.job is None or state.job.state is not JobState.DONE:
            raise Conflict("The worker is not done with this yet.")
        name, key = f"changes-{state.batch.created_at:%Y-%m-%d}.csv", key_of(actor.org_id, batch_id, PUBLISHED)
        return self._files.url(actor, Download("outcomes", ("batch", batch_id), key, name, CSV, state.done))

    def undo(self, actor: Actor, batch_id: str) -> Batch:
        """A plan that takes back each row which was done and whose person nobody changed since in the same fields.

        Raises NotFound, NotPermitted; Conflict where nothing was changed, or the worker is still at it.
        """
        state = self._ended(actor, batch_id)
        if not state.changed:
            raise Conflict("Nothing was changed by this, so there is nothing to undo.")
        return self.plan(actor, self._back(actor, state), cause="undo", title=_back(state.batch.title), source=batch_id)

    def retry(self, actor: Actor, batch_id: str) -> Batch:
        """A plan of the rows that were refused or found changed, made anew on what is stored now. Raises as `undo`."""
        state = self._ended(actor, batch_id)
        if not state.failed:
            raise Conflict("No row failed, so there is nothing to try again.")
        return self.plan(actor, self._again(actor, state), cause="retry", title=state.batch.title, source=batch_id)

    def _back(self, actor: Actor, state: State) -> Iterable[PlannedRow]:
        """From the last row to the first; but who comes back does so before all others, who may come under them.

        Numbered in that order, which is that of the plan.
        """
        known: dict[str, User] = {}
        number = count(1)
        for returning in (True, False):
            for chunk in reversed(state.tally):
                applied = self._batches.outcomes(state.batch, chunk)
                rows = [row for row in applied if (row.before.get("status") == Status.ACTIVE) is returning]
                for row in self._planner.back(actor, rows, known):
                    yield row.model_copy(update={"number": next(number)})

    def _again(self, actor: Actor, state: State) -> Iterable[PlannedRow]:
        for number, chunk in enumerate(state.tally):
            if any(chunk.counts.get(outcome) for outcome in FAILED):
                planned = self._batches.rows(state.batch, number)
                yield from self._planner.again(actor, self._batches.outcomes(state.batch, chunk), planned)

    def _cut_short(self, batch: Batch, job: Job, number: int, *, anew: bool) -> Done:
        """What was done of the chunk within which the job failed, kept until the failure is twice as long ago.

        An index may lag, and a worker for whom nobody waits any more may still be at it.
        """
        ago = self._clock.now() - (job.finished_at or job.updated_at)
        attempt = f"{attempt_of(job)}-{int(ago.total_seconds()).bit_length()}"
        found = None if anew else self._batches.find_outcomes(batch, number, attempt)
        if found is None:
            rows = [row for row in self._batches.rows(batch, number) if row.act is not Act.REJECT]
            found = self._batches.note(batch, number, attempt, list(self._settling.done(job, rows).values()))
        return found

    def _ended(self, actor: Actor, batch_id: str) -> State:
        state = self._state(actor, batch_id, anew=True)
        if state.job is None:
            raise Conflict("This plan was not applied.")
        if state.job.open:
            raise Conflict("The worker is still at it. Wait until it is done.")
        return state


def _watched(rows: Iterable[PlannedRow], needs: set[Permission]) -> Iterable[PlannedRow]:
    """The rows as they come; what they need is gathered on the way."""
    number = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise InvalidInput({"": f"At most {MOST_ROWS:,} rows at once; make it in parts."})
        needs |= row.needs
        yield row
    if not number:
        raise InvalidInput({"": "Nobody is meant; select somebody first."})


def _back(title: str) -> str:
    """The title of what takes a batch back; twice is forth."""
    for prefix, turned in (("Undo: ", "Redo: "), ("Redo: ", "Undo: ")):
        if title.startswith(prefix):
            return turned + title.removeprefix(prefix)
    return f"Undo: {title}"
