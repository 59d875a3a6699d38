"""Search among all records of an organisation: conditions, order and pages, over what the projection holds."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import numpy as np
import pyarrow as pa
from cachetools import LRUCache

from data.core.clock import Clock
from data.core.errors import InvalidInput
from data.core.permissions import Actor
from data.storage.column_store import Mask, Rows, Snapshot
from data.storage.pagination import Progress, RecordPage
from data.storage.projection import Projection, View

MAX_ROWS: Final = 100
EPOCH: Final = datetime.fromtimestamp(0, UTC)
MAX_RESULTS: Final = 32  # in the cache, each a number for every record found
T = TypeVar("T")
R = TypeVar("R")


class ColumnFilter(Hashable, Protocol):
    """The conditions of a list, over columns."""

    @property
    def depends_on_time(self) -> bool: ...
    def mask(self, snapshot: Snapshot, viewer: Actor, now: datetime) -> Mask: ...


F = TypeVar("F", bound=ColumnFilter)


@dataclass(frozen=True)
class Columns(Generic[R]):
    """How rows are ordered by one of `sorts`, and how they become records; `table` is the reverse."""

    sorts: Sequence[str]
    order: Callable[[pa.Table, Rows, str], Rows]
    records: Callable[[str, pa.Table], tuple[R, ...]]
    table: Callable[[Sequence[R]], pa.Table]


class RecordSearch(Generic[R, F]):
    def __init__(self, projection: Projection, columns: Columns[R], clock: Clock) -> None:
        self._projection, self._columns, self._clock = projection, columns, clock
        self._results: LRUCache[Hashable, Any] = LRUCache(MAX_RESULTS)
        self._lock = Lock()

    def view(self, org_id: str) -> View:
        """Return what is in memory; the first call starts to load it."""
        return self._projection.view(org_id)

    def find(self, viewer: Actor, filter_: F, *, sort: str = "", page: int = 1, size: int = 50) -> RecordPage[R]:
        """Return page `page` of the records that match; beyond the last page, the last. Raises InvalidInput."""
        if sort and sort.removeprefix("-") not in self._columns.sorts:
            raise InvalidInput({"sort": f"One of {', '.join(self._columns.sorts)}, with - in front to turn it round."})
        view = self.view(viewer.org_id)
        rows = self._rows(view.snapshot, viewer, filter_, sort)
        size = max(1, min(size, MAX_ROWS))
        page = max(1, min(page, -(-len(rows) // size)))
        shown = rows[(page - 1) * size : page * size]
        key = ("page", view.snapshot.serial, shown.tobytes())  # the records there do not change within a snapshot
        return RecordPage(
            items=self._cached(key, partial(self._records, viewer.org_id, view.snapshot, shown)),
            next_cursor=None,
            examined=len(view.snapshot),
            unreadable=tuple(view.snapshot.unreadable.values()),
            total=len(rows),
            page=page,
            complete=view.complete,
            loaded=len(view.snapshot),
            expected_total=view.of,
            stale=view.behind,
        )

    def ids(self, viewer: Actor, filter_: F, *, sort: str = "") -> tuple[str, ...] | None:
        """Return the IDs of all records that match, in order; None until all records are loaded."""
        if (view := self.view(viewer.org_id)).complete:
            rows = self._rows(view.snapshot, viewer, filter_, sort)
            return tuple(view.snapshot.table[view.snapshot.key].take(rows).to_pylist())
        return None

    def first(self, viewer: Actor, filter_: F, *, sort: str, limit: int) -> tuple[R, ...]:
        """Return the first records that match, in order; none until all records are loaded."""
        if (view := self.view(viewer.org_id)).complete:
            rows = self._rows(view.snapshot, viewer, filter_, sort)[:limit]
            return self._records(viewer.org_id, view.snapshot, rows)
        return ()

    def records(self, org_id: str, ids: Sequence[str]) -> tuple[R, ...] | None:
        """Return these records, in no order; None until all records are loaded."""
        view = self.view(org_id)
        return self._records(org_id, view.snapshot, view.snapshot.rows_of(ids)) if view.complete else None

    def ordered(self, records: Sequence[R], sort: str) -> tuple[R, ...]:
        """Return records of an index in the order that the projection would have."""
        rows = self._columns.order(self._columns.table(records), np.arange(len(records)), sort)
        return tuple(records[row] for row in rows)

    def progress(self, org_id: str) -> Progress:
        view = self.view(org_id)
        return Progress(len(view.snapshot), view.of, view.complete)

    def _records(self, org_id: str, snapshot: Snapshot, rows: Rows) -> tuple[R, ...]:
        return self._columns.records(org_id, snapshot.table.take(rows))

    def _rows(self, snapshot: Snapshot, viewer: Actor, filter_: F, sort: str) -> Rows:
        """Return where the records that match are, in order; cached until a record changes."""
        now = self._minute(filter_)

        def load() -> Rows:
            rows = np.flatnonzero(filter_.mask(snapshot, viewer, now))
            return self._columns.order(snapshot.table, rows, sort)

        return self._cached(("rows", snapshot.serial, filter_, sort, viewer.role, viewer.scopes, now), load)

    def _cached(self, key: Hashable, load: Callable[[], T]) -> T:
        with self._lock:
            if key in self._results:
                return cast("T", self._results[key])
        result = load()
        with self._lock:
            self._results[key] = result
        return result

    def _minute(self, filter_: F) -> datetime:
        """Return the time to the minute, so that results can be cached; a constant if the time does not matter."""
        return self._clock.now().replace(second=0, microsecond=0) if filter_.depends_on_time else EPOCH
