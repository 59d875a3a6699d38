"""People as a CSV file: the button on Users, and a row that follows the file until it is fetched."""

from functools import partial
from secrets import token_hex
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import feedback, markup
from components.access_rows import row
from components.formatting import plural
from components.jobs_table import progress_of
from components.once import once
from components.session import current_actor
from data import bootstrap
from data.jobs.models import Job, JobState
from data.permissions import Actor, Permission, may
from data.users.exports import PeopleFilter
from data.users.queries import Sought

SHOWN: Final = "people_export/job"
DRAFT: Final = "people_export/draft"
ACT: Final = "people_export"
LOOK_SECONDS: Final = 1.0
MINUTE: Final = 60


def offer(place: DeltaGenerator, actor: Actor, sought: Sought, *, expected: int | None) -> None:
    """The button, at `place`, for whoever may; here the row of what was asked for last. `expected`: how many match."""
    if not may(actor, Permission.EXPORT_USERS):
        return
    draft = st.session_state.setdefault(DRAFT, token_hex(8))
    ask = partial(_ask, draft, wanted_of(sought), expected)
    place.button("Export CSV", icon=":material/download:", key="export_people", disabled=expected == 0, on_click=ask)
    feedback.settled(ACT)
    if job_id := st.session_state.get(SHOWN):
        with feedback.explained():
            open_now = bootstrap.get_services().jobs.get(actor, job_id).open
            st.fragment(_follow, run_every=LOOK_SECONDS if open_now else None)(job_id, going=open_now)


def wanted_of(sought: Sought) -> PeopleFilter:
    """The filter of the page, for the worker."""
    return PeopleFilter(
        text=sought.text,
        roles=tuple(sorted(sought.roles)),
        status=next(iter(sought.statuses)) if len(sought.statuses) == 1 else None,
        departments=tuple(sorted(sought.departments)),
        manager_id=sought.manager_id,
        inactive_days=sought.inactive_days,
    )


def _ask(draft: str, wanted: PeopleFilter, expected: int | None) -> None:
    """A double click asks once."""
    with feedback.attempt(ACT):
        job = once(draft, partial(_requested, wanted, expected))
        st.session_state[SHOWN] = job.job_id
        st.session_state[DRAFT] = token_hex(8)


def _requested(wanted: PeopleFilter, expected: int | None) -> Job:
    return bootstrap.get_services().exports.request(current_actor(), wanted, expected=expected)


def _follow(job_id: str, *, going: bool) -> None:
    """The row, drawn again each second until the job has ended; then the page draws it for good."""
    with feedback.explained():
        job = bootstrap.get_services().jobs.get(current_actor(), job_id)
        if going and not job.open:
            st.rerun()
        if job.state is JobState.DONE:
            _made(job)
        elif job.state is JobState.FAILED:
            _failed(job)
        else:
            _under_way(job)


def _under_way(job: Job) -> None:
    words = progress_of(job) or ("reading people" if job.state is JobState.RUNNING else "waits for the worker")
    line = [words] + ([f"tried again soon: {job.error}"] if job.error and job.state is JobState.QUEUED else [])
    with row("people_export", "hourglass_top", "Your CSV file is being made", line):
        st.button("Hide", key="hide_export", type="tertiary", on_click=_hide)


def _made(job: Job) -> None:
    link = bootstrap.get_services().exports.link(current_actor(), job.job_id)
    line = [plural(link.rows, "person", "people"), f"the link works for {link.seconds // MINUTE} minutes"]
    if link.unreadable:
        line.append(f"{plural(link.unreadable, 'person', 'people')} could not be read; Health says which")
    with row("people_export", "table_view", link.file_name, line):
        st.html(markup.link("Download", link.url, class_="button"), width="content")
        st.button("Done", key="hide_export", type="tertiary", on_click=_hide)


def _failed(job: Job) -> None:
    with row("people_export", "error", "Your CSV file could not be made", [job.error or ""]):
        st.button("Retry", key="retry_export", on_click=_retry, args=(job.job_id,))
        st.button("Hide", key="hide_export", type="tertiary", on_click=_hide)


def _retry(job_id: str) -> None:
    with feedback.attempt(ACT):
        bootstrap.get_services().jobs.retry(current_actor(), job_id)


def _hide() -> None:
    st.session_state.pop(SHOWN, None)
