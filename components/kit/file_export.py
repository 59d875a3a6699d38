"""A file that the worker makes: the button that asks for it, and a row that follows it until it is fetched."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from components.kit import feedback, markup
from components.kit.formatting import plural
from components.kit.idempotency import draft, once, spent
from components.kit.job_progress import progress_of
from components.kit.list_rows import row
from components.kit.markdown import plain
from components.session import current_actor
from data.core.permissions import Actor
from data.jobs.models import KEPT, FileLink, Job, JobState

LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True)
class FileExport:
    """One kind of file.

    `kind`: its name in addresses; `one`, `many`: what its rows are. `link`, `find_job`, `retry_job`: the services that
    return the link, return the job, and retry it, given an actor and the job's ID.
    """

    kind: str
    one: str
    many: str
    link: Callable[[Actor, str], FileLink]
    find_job: Callable[[Actor, str], Job]
    retry_job: Callable[[Actor, str], Job]

    def button(self, label: str, request: Callable[[Actor], Job], *, key: str, disabled: bool = False) -> None:
        """Asks for a file by `request`; a double click asks once."""
        ask = partial(self._ask, f"{draft(self.act)}-{key}", request)
        st.button(plain(label), icon=":material/download:", key=key, disabled=disabled, on_click=ask)

    def followed(self) -> None:
        """The row of what was asked for last in this tab. Raises NotFound, Unavailable."""
        feedback.settled(self.act)
        if job_id := st.session_state.get(self._shown):
            going = self.find_job(current_actor(), job_id).open
            st.fragment(self._follow, run_every=LOOK_SECONDS if going else None)(job_id, going=going)

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

    def _follow(self, job_id: str, *, going: bool) -> None:
        """Drawn again each second until the job has ended; then the page draws it for good."""
        if st.session_state.get(self._shown) != job_id:
            st.rerun()  # a click on Hide draws no more than this row
        with feedback.explained():
            job = self.find_job(current_actor(), job_id)
            if going != job.open:
                st.rerun()
            if job.state is JobState.DONE:
                self._made(job)
            elif job.state is JobState.FAILED:
                self._failed(job)
            else:
                self._under_way(job)

    def _under_way(self, job: Job) -> None:
        waits = job.state is JobState.QUEUED
        line = [progress_of(job) or ("waits for the worker" if waits else f"reading {self.many}")]
        line += [f"tried again soon: {job.error}"] if job.error and waits else []
        with row(self.act, "hourglass_top", "Your file is being made", line):
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
