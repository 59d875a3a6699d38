"""Settings, files and changes: what one asked the worker for, with the way back to each."""

from typing import Final

import streamlit as st

from components.jobs.overview import STATES
from components.kit import elements, forms, markup
from components.kit.formatting import plural
from components.kit.job_progress import progress_of
from components.kit.list_rows import mark, row
from components.kit.markup import Html
from data.core.permissions import Actor, may
from data.domain import JobType
from data.jobs.models import KEPT, Job, JobState
from data.services import get_services

NOTHING: Final = "Exports, imports and changes of many people are listed here once you ask for one."


def show(actor: Actor) -> None:
    """The list, newest first. Raises NotPermitted, Unavailable."""
    services = get_services()
    types = {name: one for name, one in services.registry.jobs.items() if one.permission and may(actor, one.permission)}
    found = services.jobs.list_own(actor, types, lasting=KEPT)
    line = f"What you had exported, imported and changed together. It is kept for {KEPT.days} days."
    with forms.group("own_work", "Files and changes", line):
        for job in found:
            job_type = types[job.kind]
            with row(job.job_id, job_type.icon, _title(job, job_type), _line(job, job_type)):
                _way(job, job_type)
        if not found:
            elements.said(NOTHING)


def _title(job: Job, job_type: JobType) -> str:
    return str(job.input.get(job_type.title_from, "")) or job_type.label


def _line(job: Job, job_type: JobType) -> list[str | Html]:
    label = job_type.label if job_type.title_from else ""
    rows = (job.result or {}).get("rows") if job_type.files else None
    size = "" if rows is None else plural(rows, "row", "rows")
    return [*filter(None, (label, _status(job), size)), markup.time(job.created_at)]


def _status(job: Job) -> str:
    """Return the error of a failed job, or the progress of an open one."""
    if job.state is JobState.FAILED:
        return job.error or ""
    return progress_of(job) if job.open else ""


def _way(job: Job, job_type: JobType) -> None:
    """Link to the page or the file of a job. If there is no file yet, show the job's state."""
    if job_type.page:
        st.html(markup.link("Open", f"{job_type.page}{job.job_id}", class_="button second"), width="content")
    elif job.state is JobState.DONE:
        st.html(markup.link("Download", f"{job_type.files}{job.job_id}", class_="button second"), width="content")
    else:
        mark(STATES[job.state])
