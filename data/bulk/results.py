"""What is shown of batches: how one is now, and its rows a page at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from data.bulk.models import AppliedRow, Batch, Done, Outcome, PlannedRow
from data.bulk.planner import DONE, FAILED
from data.bulk.repository import came_to, spans
from data.core.permissions import Actor, sees_emails
from data.jobs.models import Job

MOST_SHOWN: Final = 100
EMAIL: Final = "email"  # the field of a row that holds an address
T = TypeVar("T")
Row = TypeVar("Row", PlannedRow, AppliedRow)


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """A page of rows, of `total` in all; behind the last page, the last."""

    items: tuple[T, ...]
    page: int
    total: int


@dataclass(frozen=True, slots=True)
class State:
    """A batch as it is now: `job` is None until it is applied; `tally` of the rows that are done, chunk by chunk."""

    batch: Batch
    job: Job | None
    tally: Sequence[Done]

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How many rows came to what."""
        return came_to(self.tally)

    @property
    def done(self) -> int:
        return sum(self.outcomes.values())

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return self.job is not None and not self.job.open

    def came_to(self, outcomes: Iterable[Outcome]) -> int:
        return sum(self.outcomes.get(outcome, 0) for outcome in outcomes)

    @property
    def failed(self) -> int:
        """The rows that can be tried again."""
        return self.came_to(FAILED)

    @property
    def changed(self) -> int:
        """The rows that can be taken back."""
        return self.came_to(DONE)


def chosen(counts: Mapping[T, int], wanted: T | None) -> int:
    """How many rows of a chunk are of the wanted sort; None: of any."""
    return sum(counts.values()) if wanted is None else counts.get(wanted, 0)


def page_of(
    counts: Sequence[int], page: int, size: int, read: Callable[[int], Sequence[T]], keep: Callable[[T], bool]
) -> Rows[T]:
    """The rows of a page, from as few chunks as hold them."""
    total, size = sum(counts), max(1, min(size, MOST_SHOWN))
    page = max(1, min(page, -(-total // size)))
    taken: list[T] = []
    for number, skip, most in spans(counts, (page - 1) * size, size):
        taken += [row for row in read(number) if keep(row)][skip : skip + most]
    return Rows(tuple(taken), page, total)


def visible_to(actor: Actor, rows: Rows[Row]) -> Rows[Row]:
    """Return the rows without the e-mail addresses that `actor` may not read now.

    A plan is kept for days, and the user who made it may have lost the permission since.
    """
    if sees_emails(actor):
        return rows
    return replace(
        rows, items=tuple(row if row.user_id == actor.user_id else _without_email(row) for row in rows.items)
    )


def _without_email(row: Row) -> Row:
    sides = {"before": row.before, "after": row.after}
    hidden = {side: {name: value for name, value in held.items() if name != EMAIL} for side, held in sides.items()}
    return row.model_copy(update=hidden)
