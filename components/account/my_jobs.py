"""Settings, files and changes: what one asked the worker for, with the way back to each."""

from typing import Final

import streamlit as st

from components.jobs.overview import STATES, kind_of
from components.kit import elements, forms, markup
from components.kit.formatting import plural
from components.kit.job_progress import progress_of
from components.kit.list_rows import mark, row
from components.kit.markup import Html
from data.core.permissions import Actor, Permission, may
from data.jobs.models import KEPT, Job, JobState
from data.services import get_services

FILES: Final = {"export-users": "/files/people/", "export-audit": "/files/audit/"}
SCREENS: Final = {"apply-people": "batch?id=", "plan-import": "import?id="}
NAMED: Final = {"apply-people": "title", "plan-import": "fileName"}  # by what was asked for
ICONS: Final = {"apply-people": "group", "plan-import": "upload_file"}
NEEDED: Final = {  # to open a row of this kind; the services check it again
    "export-users": Permission.EXPORT_USERS,
    "export-audit": Permission.READ_AUDIT,
    "apply-people": Permission.LIST_USERS,
    "plan-import": Permission.CREATE_USERS,
}
NOTHING: Final = "Exports, imports and changes of many people are listed here once you ask for one."


def show(actor: Actor) -> None:
    """The list, newest first. Raises NotPermitted, Unavailable."""
    kinds = {kind for kind, needed in NEEDED.items() if may(actor, needed)}
    found = get_services().jobs.list_own(actor, kinds, lasting=KEPT)
    line = f"What you had exported, imported and changed together. It is kept for {KEPT.days} days."
    with forms.group("own_work", "Files and changes", line):
        for job in found:
            with row(job.job_id, ICONS.get(job.kind, "table_view"), _title(job), _line(job)):
                _way(job)
        if not found:
            elements.said(NOTHING)


def _title(job: Job) -> str:
    return str(job.input.get(NAMED.get(job.kind, ""), "")) or kind_of(job)


def _line(job: Job) -> list[str | Html]:
    told = [job.error or ""] if job.state is JobState.FAILED else [progress_of(job)] if job.open else []
    kind = [kind_of(job)] if job.kind in NAMED else []
    rows = (job.result or {}).get("rows") if job.kind in FILES else None
    told += [] if rows is None else [plural(rows, "row", "rows")]
    return [*kind, *filter(None, told), markup.time(job.created_at)]


def _way(job: Job) -> None:
    """To the page or the file; where there is none yet, how it is."""
    if job.kind in SCREENS:
        st.html(markup.link("Open", f"{SCREENS[job.kind]}{job.job_id}", class_="button second"), width="content")
    elif job.state is JobState.DONE:
        st.html(markup.link("Download", f"{FILES[job.kind]}{job.job_id}", class_="button second"), width="content")
    else:
        mark(STATES[job.state])
