"""A file that the worker makes: the button that asks for it, and a row that follows it until it is fetched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import streamlit as st

from components.kit import feedback, markup
from components.kit.formatting import plural
from components.kit.idempotency import draft, once, spent
from components.kit.job_progress import JobProgress, line_of
from components.kit.list_rows import row
from components.kit.markdown import plain
from components.session import current_actor
from data.core.filters import ListFilter
from data.core.permissions import Actor
from data.jobs.models import KEPT, FileLink, Job, JobState


class Request(Protocol):
    """Requests the file of a list."""

    def __call__(self, actor: Actor, wanted: Any, expected: int | None) -> Job: ...


@dataclass(frozen=True)
class FileExport:
    """One kind of file.

    `kind`: its name in addresses; `one`, `many`: what its rows are. `link`, `find_job`, `retry_job`: the services that
    return the link, return the job, and retry it, given an actor and the job's ID. `buttons`: (key, label, request).
    """

    kind: str
    one: str
    many: str
    link: Callable[[Actor, str], FileLink]
    find_job: Callable[[Actor, str], Job]
    retry_job: Callable[[Actor, str], Job]
    buttons: Sequence[tuple[str, str, Request]]

    def offer(self, wanted: ListFilter, expected: int | None) -> None:
        """Draw the buttons, for a list of `expected` records if that is known; a double click requests once."""
        for key, label, request in self.buttons:
            ask = partial(self._ask, f"{draft(self.act)}-{key}", partial(request, wanted=wanted, expected=expected))
            st.button(plain(label), icon=":material/download:", key=key, disabled=expected == 0, on_click=ask)

    def followed(self) -> None:
        """The row of what was asked for last in this tab. Raises NotFound, Unavailable."""
        feedback.settled(self.act)
        if job := self._read():
            JobProgress(self._read, lambda job: job.open, self._draw).follow(job)

    @property
    def act(self) -> str:
        """The name of asking for one, within the session."""
        return f"{self.kind}_export"

    @property
    def _shown(self) -> str:
        return f"{self.act}/job"

    def _ask(self, name: str, request: Callable[[Actor], Job]) -> None:
        with feedback.attempt(self.act):
            job = once(name, lambda: request(current_actor()))
            st.session_state[self._shown] = job.job_id
            spent(self.act)

    def _read(self) -> Job | None:
        job_id = st.session_state.get(self._shown)
        return self.find_job(current_actor(), job_id) if job_id else None  # none after a click on Hide

    def _draw(self, job: Job) -> None:
        if job.state is JobState.DONE:
            self._made(job)
        elif job.state is JobState.FAILED:
            self._failed(job)
        else:
            with row(self.act, "hourglass_top", "Your file is being made", line_of(job, f"reading {self.many}")):
                self._hide_button("Hide")

    def _made(self, job: Job) -> None:
        link = self.link(current_actor(), job.job_id)
        kept = markup.link(f"kept for {KEPT.days} days", "settings?section=work")
        line = [plural(link.rows, self.one, self.many), kept]
        if link.unreadable:
            line.append(f"{plural(link.unreadable, self.one, self.many)} could not be read; Health says which")
        with row(self.act, "table_view", link.file_name, line):
            st.html(markup.link("Download", f"/files/{self.kind}/{job.job_id}", class_="button"), width="content")
            self._hide_button("Done")

    def _failed(self, job: Job) -> None:
        with row(self.act, "error", "Your file could not be made", [job.error or ""]):
            st.button("Retry", key=f"{self.act}_retry", on_click=self._retry, args=(job.job_id,))
            self._hide_button("Hide")

    def _hide_button(self, word: str) -> None:
        st.button(plain(word), key=f"{self.act}_hide", type="tertiary", on_click=self._hide)

    def _retry(self, job_id: str) -> None:
        with feedback.attempt(self.act):
            self.retry_job(current_actor(), job_id)

    def _hide(self) -> None:
        st.session_state.pop(self._shown, None)
