"""On a laptop: how far the month behind the sample people is written. A quiet line, for whoever sees all jobs."""

from contextlib import suppress
from functools import partial
from typing import Final

import streamlit as st

from components.kit import elements, feedback
from components.kit.job_progress import progress_of
from components.session import current_actor
from data.core.errors import NotFound
from data.core.permissions import Actor, Permission, may
from data.jobs.models import Job
from data.sample.tasks import job_id_of
from data.services import get_services

LOOK_SECONDS: Final = 2.0


def find(actor: Actor) -> Job | None:
    """The job, while it is under way; None where there is none to be seen."""
    services = get_services()
    if services.settings.production or not may(actor, Permission.MANAGE_JOBS):
        return None
    with suppress(NotFound):
        job = services.jobs.get(actor, job_id_of(actor.org_id))
        return job if job.open else None
    return None


def follow(job: Job | None) -> None:
    """The line, drawn again every two seconds until the job has ended; then the page is drawn anew."""
    if job is not None:
        st.fragment(partial(_follow, job), run_every=LOOK_SECONDS)()


def _follow(seen: Job) -> None:
    with feedback.explained():
        job = find(current_actor())
        if job is None:
            st.rerun()
        told = progress_of(job) or progress_of(seen)
        elements.said(f"The sample's history is being written in the background{f': {told}' if told else ''}.")
