"""Health, first of all: whether all is well, and if not, what is wrong and what mends it."""

from collections.abc import Iterator
from typing import NamedTuple

from components.health.remedies import SETUP, problems
from components.jobs.overview import without_worker
from components.kit import elements
from components.kit.formatting import absolute, plural
from components.kit.values import Code, State
from data.core.errors import AppError
from data.health.models import Checks, Health
from data.jobs.service import Overview


class Trouble(NamedTuple):
    """A problem in a sentence, and what mends it: a command, an IAM statement or a sentence."""

    sentence: str
    remedy: str


def show(found: Health, work: Overview | AppError, checks: Checks | None) -> None:
    """All is well, or what is not; and what the installation is.

    `work`: or why it could not be looked at; `checks`: the last, if there was one.
    """
    wrong = [*_of_stores(found), *_of_work(work)]
    wrong += _of_checks(checks, " ".join(trouble.sentence for trouble in wrong))
    words = State(plural(len(wrong), "problem", "problems"), "bad") if wrong else State("All is well", "ok")
    elements.facts(
        [
            ("State", words),
            ("Runs on", found.mode),
            ("Endpoint", Code(found.endpoint)),
            ("Region", Code(found.region)),
            ("Version", found.version),
            ("Python", found.python),
            ("Streamlit", found.streamlit),
            ("Looked at", absolute(found.looked_at)),
        ],
        flow="strip",
    )
    problems(wrong, "verdict")


def _of_stores(found: Health) -> Iterator[Trouble]:
    for one in found.problems:
        yield Trouble(f"{one.kind.capitalize()} {one.real_name}: {one.problem}", one.remedy)


def _of_work(work: Overview | AppError) -> Iterator[Trouble]:
    if isinstance(work, AppError):
        yield Trouble(f"Background work cannot be looked at. {work}", getattr(work, "remedy", ""))
        return
    for queue in work.queues:
        if queue.depth is None:
            yield Trouble(f"Queue {queue.name}: {queue.problem}", SETUP)
        elif queue.depth.dead:
            yield Trouble(f"Queue {queue.name} has {plural(queue.depth.dead, 'dead letter', 'dead letters')}.", "")
    if not work.working:
        yield Trouble(without_worker(work), "")
    if work.failed:
        yield Trouble(f"{plural(len(work.failed), 'job', 'jobs')} failed. Failed jobs, below, lets you try again.", "")


def _of_checks(checks: Checks | None, said: str) -> Iterator[Trouble]:
    """Those about nothing that is named already."""
    more = [finding for finding in checks.wrong if finding.name.split()[-1] not in said] if checks else []
    if more:
        number = plural(len(more), "check", "checks")
        yield Trouble(f"{number} failed. Checks, below, says what mends each.", "")
