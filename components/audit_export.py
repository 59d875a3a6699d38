"""The audit trail as a file: the buttons on Audit, and a row that follows the file until it is fetched."""

from functools import partial
from secrets import token_hex
from typing import Final

import streamlit as st

from components import feedback, markup
from components.access_rows import row
from components.formatting import plural
from components.jobs_table import progress_of
from components.once import once
from components.session import current_actor
from data import bootstrap
from data.audit.queries import Wanted
from data.evidence.models import Format
from data.jobs.models import Job, JobState

SHOWN: Final = "audit_export/job"
DRAFT: Final = "audit_export/draft"
ACT: Final = "audit_export"
LOOK_SECONDS: Final = 1.0
MINUTE: Final = 60


def buttons(wanted: Wanted) -> None:
    """What is filtered, as a file; a double click asks once."""
    draft = st.session_state.setdefault(DRAFT, token_hex(8))
    for form in Format:
        ask = partial(_ask, f"{draft}-{form}", wanted, form)
        st.button(f"Export {form.upper()}", icon=":material/download:", key=f"export_audit_{form}", on_click=ask)


def followed() -> None:
    """The row of what was asked for last in this tab. Raises NotFound, Unavailable."""
    feedback.settled(ACT)
    if job_id := st.session_state.get(SHOWN):
        going = bootstrap.get_services().jobs.get(current_actor(), job_id).open
        st.fragment(_follow, run_every=LOOK_SECONDS if going else None)(job_id, going=going)


def _ask(draft: str, wanted: Wanted, form: Format) -> None:
    with feedback.attempt(ACT):
        job = once(draft, lambda: bootstrap.get_services().evidence.export(current_actor(), wanted, form))
        st.session_state[SHOWN] = job.job_id
        st.session_state[DRAFT] = token_hex(8)


def _follow(job_id: str, *, going: bool) -> None:
    with feedback.explained():
        job = bootstrap.get_services().jobs.get(current_actor(), job_id)
        if going and not job.open:
            st.rerun()
        if job.state is JobState.DONE:
            _made(job)
        elif job.state is JobState.FAILED:
            with row("audit_export", "error", "Your file could not be made", [job.error or ""]):
                st.button("Retry", key="retry_export", on_click=partial(_retry, job_id))
                st.button("Hide", key="hide_export", type="tertiary", on_click=_hide)
        else:
            words = progress_of(job) or ("reading records" if job.state is JobState.RUNNING else "waits for the worker")
            line = [words] + ([f"tried again soon: {job.error}"] if job.error and job.state is JobState.QUEUED else [])
            with row("audit_export", "hourglass_top", "Your file is being made", line):
                st.button("Hide", key="hide_export", type="tertiary", on_click=_hide)


def _made(job: Job) -> None:
    link = bootstrap.get_services().evidence.link(current_actor(), job.job_id)
    line = [plural(link.rows, "record", "records"), f"the link works for {link.seconds // MINUTE} minutes"]
    if link.unreadable:
        line.append(f"{plural(link.unreadable, 'record', 'records')} could not be read")
    with row("audit_export", "table_view", link.file_name, line):
        st.html(markup.link("Download", link.url, class_="button"), width="content")
        st.button("Done", key="hide_export", type="tertiary", on_click=_hide)


def _retry(job_id: str) -> None:
    with feedback.attempt(ACT):
        bootstrap.get_services().jobs.retry(current_actor(), job_id)


def _hide() -> None:
    st.session_state.pop(SHOWN, None)
