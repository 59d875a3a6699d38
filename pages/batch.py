"""One batch: what is planned for many people, how far it is, what came of each, and the way back. Reached by links."""

from functools import partial
from typing import Final

import streamlit as st

from components.bulk import progress as bulk_progress
from components.bulk import results as bulk_results
from components.frame.page import open_page
from components.kit import elements, feedback, markup
from components.kit.formatting import count, plural
from components.kit.idempotency import once
from components.kit.job_progress import JobProgress
from components.kit.markdown import plain
from components.kit.values import State as Mark
from components.kit.values import Time, Value
from components.session import current_actor
from components.users.fields import display_name
from data.bulk.results import State
from data.bulk.service import KEPT
from data.core.errors import AppError
from data.core.permissions import Permission, may
from data.jobs.models import JobState
from data.services import get_services

actor = open_page("Batch", requires=Permission.LIST_USERS)
services = get_services()
batch_id: Final = st.query_params.get("id", "")
ACT: Final = f"batch/{batch_id}"


def apply() -> None:
    """A callback: what is planned is done, once."""
    with feedback.attempt(ACT):
        once(ACT, lambda: services.batches.apply(current_actor(), batch_id))


def mark(state: State) -> Mark:
    if state.job is None:
        return Mark("Planned", "idle")
    if state.job.open:
        return Mark("Under way", "busy")
    if state.job.state is JobState.FAILED:
        return Mark("Stopped", "bad")
    return Mark("Done, with failures", "warn") if state.failed else Mark("Done", "ok")


def facts(state: State) -> None:
    batch = state.batch
    who = services.directory.names(actor, [batch.created_by]).get(batch.created_by)
    items: list[tuple[str, Value]] = [
        ("State", mark(state)),
        ("Rows", count(batch.rows)),
        ("Done", count(state.done)) if state.over else ("To do", count(batch.to_do)),
        ("Planned by", display_name(who) if who else batch.created_by),
        ("Planned", Time(batch.created_at)),
    ]
    items += [("Result", ", ".join(bulk_progress.came_to(state)) or "nothing yet")] if state.job else []
    elements.facts(items, flow="strip")


def acts(state: State) -> None:
    """Draw the buttons for what the actor may do with the batch now, and the link to its outcomes."""
    if all(may(actor, permission) for permission in state.batch.needs):
        changes(state)
    if state.job is not None and state.job.state is JobState.DONE and may(actor, Permission.EXPORT_USERS):
        st.html(markup.link("Outcomes as CSV", f"/files/outcomes/{batch_id}", class_="button second"), width="content")


def changes(state: State) -> None:
    """Draw the buttons that change users: apply, continue, retry, undo."""
    failed_job = state.job is not None and state.job.state is JobState.FAILED
    if state.job is None and state.batch.to_do and state.batch.created_by == actor.user_id:
        label = f"Apply to {plural(state.batch.to_do, 'person', 'people')}"
        st.button(plain(label), type="primary", key="go_apply", on_click=apply)
    if failed_job:
        st.button("Go on", key="go_on", help="Try again what the worker stopped at", on_click=go_on)
    if state.over and state.failed:
        st.button("Retry what failed…", key="batch_retry", on_click=bulk_progress.retry, args=(batch_id,))
    if state.over and state.changed:
        st.button("Undo…", key="batch_undo", on_click=bulk_progress.undo, args=(batch_id,))


def go_on() -> None:
    """A callback."""
    with feedback.attempt(ACT):
        services.jobs.retry(current_actor(), batch_id)


def under_way(state: State) -> None:
    elements.said(f"Under way: {bulk_progress.progress(state)}.")
    st.progress(state.done / max(state.batch.to_do, 1), text="People done")


bulk_progress.turn_to()
back: Final = ("Users", "users")
try:
    state = services.batches.state(actor, batch_id)
except AppError as error:
    elements.header("Batch", back=back)
    feedback.show(error)
    st.stop()

with feedback.explained():
    with elements.header(state.batch.title, back=back):
        acts(state)
    feedback.settled(ACT)
    feedback.settled(bulk_progress.ACT)
    facts(state)
    elements.said(f"Plans and what came of them are kept for {KEPT.days} days; until then this can be undone.")
    if state.job is not None and state.job.open:
        JobProgress(partial(bulk_progress.read, batch_id), bulk_progress.is_open, under_way).follow(state)
    elif state.job is not None and state.job.error:
        elements.problem(state.job.error)
    bulk_results.draw(state)
