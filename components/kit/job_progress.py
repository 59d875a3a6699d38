"""How far a job is, in words, and a part of a page that polls it until it ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from components.kit import feedback
from components.kit.formatting import count
from data.jobs.models import Job, JobState

T = TypeVar("T")


@dataclass(frozen=True)
class JobProgress(Generic[T]):
    """Polls the state of a job while it is open. When that changes, or there is no state, the page is drawn again."""

    read: Callable[[], T | None]
    is_open: Callable[[T], bool]
    draw: Callable[[T], None]
    seconds: float = 1.0

    def follow(self, state: T) -> None:
        """Draw `state`, which the page has just read, and poll from then on."""
        going = self.is_open(state)
        st.fragment(self._poll, run_every=self.seconds if going else None)(iter([state]), going=going)

    def _poll(self, first: Iterator[T], *, going: bool) -> None:
        with feedback.explained():
            state = next(first, None) or self.read()
            if state is None or self.is_open(state) != going:
                st.rerun()
            self.draw(state)


def progress_of(job: Job) -> str:
    """Return how far the job is, such as "1,200 of 4,000 people"; empty before it has begun."""
    progress = job.progress
    if not progress.done and not progress.words:
        return ""
    of = f" of {count(progress.total)}" if progress.total else ""
    return f"{count(progress.done)}{of} {progress.words}".strip()


def line_of(job: Job, reading: str) -> list[str]:
    """Return the pieces of a line about an open job; `reading` is what it does before it reports progress."""
    waits = job.state is JobState.QUEUED
    words = progress_of(job) or ("waits for the worker" if waits else reading)
    return [words, f"tried again soon: {job.error}"] if job.error and waits else [words]
