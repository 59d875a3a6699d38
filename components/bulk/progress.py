"""A row that follows a batch from the page where it was asked for: progress, what came of it, and the way back."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from components.frame import navigation
from components.kit import feedback
from components.kit.formatting import count, plural
from components.kit.idempotency import once
from components.kit.job_progress import JobProgress
from components.kit.list_rows import row
from components.session import current_actor
from data.bulk.models import Batch, Outcome
from data.bulk.results import State
from data.jobs.models import JobState
from data.services import get_services

SHOWN: Final = "batch_follow/id"
OPEN: Final = "batch_follow/open"  # the batch whose page is to be opened in the next run
ACT: Final = "batch_follow"


def show(batch_id: str) -> None:
    """From the next run on. To be called in a callback."""
    st.session_state[SHOWN] = batch_id


def draw() -> None:
    """The row of the batch that was asked for last in this tab, if there is one."""
    turn_to()
    if SHOWN in st.session_state:
        with feedback.explained():
            if state := _read():
                JobProgress(_read, is_open, _draw).follow(state)


def read(batch_id: str) -> State:
    return get_services().batches.state(current_actor(), batch_id)


def is_open(state: State) -> bool:
    return not state.over


def turn_to() -> None:
    """Open the page of the plan that a button of ours has just made."""
    if batch_id := st.session_state.pop(OPEN, None):
        st.switch_page(navigation.path_of("batch"), query_params={"id": batch_id})


def undo(batch_id: str) -> None:
    """A callback: plan the way back, and show that plan."""
    _plan(f"undo/{batch_id}", partial(_undo, batch_id))


def retry(batch_id: str) -> None:
    """A callback: plan what failed once more, and show that plan."""
    _plan(f"retry/{batch_id}", partial(_retry, batch_id))


def came_to(state: State) -> list[str]:
    """What came of it, in words: "12 changed", "2 failed"."""
    found = [
        (state.came_to([Outcome.CHANGED]), "changed"),
        (state.came_to([Outcome.CREATED]), "added"),
        (state.came_to([Outcome.UNCHANGED]), "unchanged"),
        (state.came_to([Outcome.MOVED, Outcome.REFUSED, Outcome.GONE]), "failed"),
    ]
    return [f"{count(number)} {word}" for number, word in found if number]


def progress(state: State) -> str:
    """How far the worker is."""
    if state.job is None or state.job.state is JobState.QUEUED:
        return "waits for the worker"
    return f"{count(state.done)} of {plural(state.batch.to_do, 'person', 'people')}"


def _plan(name: str, work: Callable[[], Batch]) -> None:
    with feedback.attempt(ACT):
        st.session_state[OPEN] = once(f"{name}/{current_actor().user_id}", work).batch_id


def _undo(batch_id: str) -> Batch:
    return get_services().batches.undo(current_actor(), batch_id)


def _retry(batch_id: str) -> Batch:
    return get_services().batches.retry(current_actor(), batch_id)


def _read() -> State | None:
    """Return the state of the batch, None after a click that opens or hides it: it draws no more than this row."""
    batch_id = st.session_state.get(SHOWN)
    return read(batch_id) if batch_id and OPEN not in st.session_state else None


def _draw(state: State) -> None:
    feedback.settled(ACT)
    failed = state.job is not None and state.job.state is JobState.FAILED
    line = came_to(state) if state.over else [progress(state)]
    line += [state.job.error or ""] if failed and state.job else []
    icon = "error" if failed else "done_all" if state.over else "hourglass_top"
    with row("batch", icon, state.batch.title, line):
        _acts(state)


def _acts(state: State) -> None:
    batch_id = state.batch.batch_id
    if state.over and state.failed:
        st.button("Retry what failed", key="batch_retry", on_click=retry, args=(batch_id,))
    if state.over and state.changed:
        st.button("Undo", key="batch_undo", on_click=undo, args=(batch_id,))
    st.button("Open", key="batch_open", on_click=_open, args=(batch_id,))
    st.button("Hide", key="batch_hide", type="tertiary", on_click=_hide)


def _open(batch_id: str) -> None:
    st.session_state[OPEN] = batch_id


def _hide() -> None:
    st.session_state.pop(SHOWN, None)
