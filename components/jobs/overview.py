"""Background work on Health: the worker, the queues, what runs, and what failed and waits for a hand."""

from functools import partial
from typing import Any, Final

import streamlit as st

from components.kit import elements, feedback
from components.kit.formatting import ago, count, plural
from components.kit.job_progress import progress_of
from components.kit.list_rows import row
from components.kit.markdown import plain
from components.kit.table import Column, table
from components.kit.values import State, Time
from components.session import current_actor
from data.jobs.models import Job, JobState
from data.jobs.service import Overview, QueueState
from data.services import get_services

STATES: Final = {
    JobState.QUEUED: State("Waiting", "idle"),
    JobState.RUNNING: State("Running", "busy"),
    JobState.DONE: State("Done", "ok"),
    JobState.FAILED: State("Failed", "bad"),
}
RETRY: Final = "jobs/retry"
MINUTE: Final = 60
QUEUES: Final = [
    Column("name", "Queue", width="30%"),
    Column("state", "State", "state", width="30%"),
    Column("waiting", "Waiting", numeric=True),
    Column("in_flight", "With a worker", numeric=True, wide=True),
    Column("dead", "Dead letters", numeric=True),
]
RUNNING: Final = [
    Column("kind", "Job", width="30%"),
    Column("state", "State", "state", width="18%"),
    Column("progress", "Progress", wide=True),
    Column("attempts", "Attempt", numeric=True, wide=True),
    Column("since", "Asked for", "time", numeric=True),
]


def jobs_sections(found: Overview) -> None:
    """The sections of what was seen by who may see Health."""
    elements.section("Background work", _worker_line(found))
    rows = [_queue_row(queue) for queue in found.queues]
    table(QUEUES, rows, key="health_queues", caption="Each queue, with what waits in it", compact=True)
    if found.running:
        elements.section("Jobs under way", plural(len(found.running), "job", "jobs"))
        rows = [_job_row(job) for job in found.running]
        table(RUNNING, rows, key="health_running", caption="Jobs that wait or run", compact=True)
    if found.failed or feedback.outcome(RETRY):
        _failed(found)


def kind_of(job: Job) -> str:
    """What sort of work it is, in words."""
    job_type = get_services().registry.jobs.get(job.kind)
    return job_type.label if job_type else job.kind.replace("-", " ").capitalize()


def without_worker(found: Overview) -> str:
    """What it means that no worker is there, and how to start one."""
    since = "in the last day"
    if found.worker:
        gone = int((found.looked_at - found.worker.seen_at).total_seconds())
        since = f"for {gone} s" if gone < MINUTE else f"for {ago(found.worker.seen_at, found.looked_at, bare=True)}"
    return (
        f"No worker was seen {since}: exports and messages wait. On a laptop it comes with the dashboard; "
        "on a host start it with systemctl start dashboard-worker."
    )


def _worker_line(found: Overview) -> str:
    worker = found.worker
    if worker is None or not found.working:
        return "no worker"
    busy = plural(worker.busy, "job", "jobs") if worker.busy else "nothing to do"
    return f"worker on {worker.host}, process {worker.pid}, version {worker.version}: {busy}"


def _queue_row(queue: QueueState) -> dict[str, Any]:
    depth = queue.depth
    state = State("Ready", "ok")
    if depth is None:
        state = State("Problem", "bad")
    elif depth.dead:
        state = State("Dead letters", "warn")
    return {
        "id": queue.name,
        "name": queue.name,
        "state": state,
        "waiting": count(depth.waiting) if depth else None,
        "in_flight": count(depth.in_flight) if depth else None,
        "dead": count(depth.dead) if depth else None,
    }


def _job_row(job: Job) -> dict[str, Any]:
    return {
        "id": job.job_id,
        "kind": kind_of(job),
        "state": State(f"Again: {job.error}", "warn") if job.error else STATES[job.state],
        "progress": progress_of(job) or None,
        "attempts": count(job.attempts),
        "since": Time(job.created_at),
    }


def _failed(found: Overview) -> None:
    elements.section("Failed jobs", "they wait until you retry them")
    feedback.settled(RETRY)
    with st.container(key="failed_jobs", gap=4):
        for job in found.failed:
            when = ago(job.finished_at or job.updated_at, found.looked_at)
            line = [job.error or "", plural(job.attempts, "attempt", "attempts"), when]
            with row(job.job_id, "error", kind_of(job), [piece for piece in line if piece]):
                act, hint = partial(_retry, job.job_id), f"Try again: {kind_of(job)}, {when}"
                st.button("Retry", key=f"retry_{job.job_id}", help=plain(hint), on_click=act)


def _retry(job_id: str) -> None:
    with feedback.attempt(RETRY):
        get_services().jobs.retry(current_actor(), job_id)
        feedback.done("The job is queued again.")
