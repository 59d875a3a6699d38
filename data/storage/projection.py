"""Everything that an organisation has of one table, as columns in memory: for search, sorting and counts over all.

Loaded in the background at the first visit; patched with what this process writes; brought up to date from the index
of what changed when another process wrote, and once a minute; let go of when nobody has asked for half an hour.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any, Final, Protocol

from data.aws.columnar_query import Column
from data.aws.dynamodb import Dynamo
from data.aws.tables import Index, Item, Table, Write
from data.core.clock import Clock, iso
from data.core.concurrency import together
from data.core.errors import AppError
from data.storage.background_tasks import Background
from data.storage.change_feed import Generations
from data.storage.column_store import Chunk, Snapshot
from data.storage.consistency import BRIEF, Coherence
from data.storage.recent_writes import Fresh, Place, items_of, place_of

OVERLAP: Final = timedelta(seconds=10)  # what an index may lag, and clocks of hosts differ
EVERY: Final = 60.0  # seconds between two looks at what changed, whether or not anybody told
IDLE: Final = 1_800.0  # seconds without a visit
AGAIN: Final = 5.0  # seconds until a failed load is tried again
PAGE: Final = 1_000  # items in one read

log = logging.getLogger(__name__)
_views: Final[ContextVar["dict[_Held, View] | None"]] = ContextVar("views of this run", default=None)


@contextmanager
def one_view() -> Iterator[None]:
    """Within this block, return the same view of an organisation again, unless this process wrote to it meanwhile."""
    token = _views.set({})
    try:
        yield
    finally:
        _views.reset(token)


class Shape(Protocol):
    """Which items, and how they become columns; `version` and `updated_at` must be among these."""

    table: Table
    listed: Index
    updated: Index
    key: str  # the column that holds the table's key
    wanted: tuple[Column, ...]

    def of_columns(self, columns: Mapping[str, list[Any]], others: Sequence[Item]) -> Chunk:
        """The items of a page, and `others` that are not as `wanted` says."""

    def of_items(self, items: Sequence[Item]) -> Chunk:
        """The same of whole items."""


@dataclass(frozen=True, slots=True)
class View:
    """What is in memory. Until `complete` it is a part, of about `of` if that is known.

    `behind`: the store did not answer just now, so this is how things were.
    """

    snapshot: Snapshot
    complete: bool
    of: int | None
    behind: bool


@dataclass(slots=True, eq=False)
class _Held:
    """One organisation's."""

    snapshot: Snapshot
    complete: bool = False
    of: int | None = None
    behind: bool = False
    written: set[Place] = field(default_factory=set)  # by this process, not patched in yet
    moved: bool = False
    since: datetime | None = None  # what changed from then on may be missing
    synced: float = 0
    tried: float = 0
    used: float = 0
    lock: Lock = field(default_factory=Lock)  # held by the one who patches


class Projection:
    def __init__(
        self,
        dynamo: Dynamo,
        shape: Shape,
        *,
        coherence: Coherence,
        generations: Generations,
        background: Background,
        clock: Clock,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dynamo, self._shape, self._coherence, self._generations = dynamo, shape, coherence, generations
        self._background, self._clock, self._timer = background, clock, timer
        self._empty = shape.of_items(())
        self._held: dict[str, _Held] = {}
        self._lock = Lock()
        coherence.listen(self)

    def view(self, org_id: str) -> View:
        """What is known of an organisation, as it is now; the first visit begins to load it and waits for nothing."""
        held, views = self._visited(org_id), _views.get()
        if views is not None and held in views and not held.written:
            return views[held]
        view = self._current(org_id, held)
        if views is not None:
            views[held] = view
        return view

    def _current(self, org_id: str, held: _Held) -> View:
        if held.complete:
            self._coherence.catch_up(org_id)
            if self._due(org_id, held):
                with held.lock:
                    if self._due(org_id, held):
                        self._sync(org_id, held)
        return View(held.snapshot, held.complete, held.of, held.behind)

    def wrote(self, org_id: str, writes: Sequence[Write]) -> None:
        """Part of what Coherence tells."""
        with self._lock:
            if held := self._held.get(org_id):
                ours = [write for write in writes if write.table is self._shape.table]
                held.written |= {place_of(write.key, self._shape.table.key) for write in ours}

    def moved(self, org_id: str) -> None:
        """Part of what Coherence tells."""
        if held := self._held.get(org_id):
            held.moved = True

    def forget(self, org_id: str) -> None:
        """Let go of an organisation; the next visit loads it again."""
        with self._lock:
            self._held.pop(org_id, None)

    def _visited(self, org_id: str) -> _Held:
        with self._lock:
            held = self._held.get(org_id)
            begins = held is None
            if held is None:
                held = self._held[org_id] = _Held(Snapshot.of(self._shape.key, [self._empty]))
            held.used = self._timer()
        if begins:
            self._background.start(partial(self._load, org_id, held))
        return held

    def _load(self, org_id: str, held: _Held) -> None:
        try:
            self._read_all(org_id, held)
        except AppError as error:
            log.warning("an organisation could not be loaded", extra={"orgId": org_id, "code": error.code})
        finally:
            if not held.complete:
                self._background.start(partial(self.forget, org_id), after=AGAIN)
        if held.complete:
            log.info("an organisation was loaded", extra={"orgId": org_id, "rows": len(held.snapshot)})
            self._generations.sized(org_id, self._shape.table, len(held.snapshot))
            self._background.start(partial(self._drop_idle, org_id, held), after=IDLE)

    def _read_all(self, org_id: str, held: _Held) -> None:
        """Raises Unavailable, Misconfigured. Leaves a part when the process ends meanwhile."""
        shape, chunks, began = self._shape, [self._empty], self._clock.now()
        held.of = self._generations.size_of(org_id, shape.table)
        for page in self._dynamo.column_pages(shape.table, shape.listed, org_id, shape.wanted, page=PAGE):
            if self._background.closing.is_set():
                return
            chunks.append(shape.of_columns(page.columns, page.unreadable))
            held.snapshot = held.snapshot.followed_by(chunks[-1])
        with held.lock:
            held.snapshot, held.since = Snapshot.of(shape.key, chunks), began
            self._sync(org_id, held)
            held.complete = True

    def _due(self, org_id: str, held: _Held) -> bool:
        if held.behind and self._timer() < held.tried + BRIEF:  # nobody waits twice for a store that is gone
            return False
        return bool(held.written) or self._look_due(org_id, held)

    def _look_due(self, org_id: str, held: _Held) -> bool:
        age = self._timer() - held.synced
        return held.moved or age >= EVERY or (age >= BRIEF and self._generations.unsettled(org_id))

    def _sync(self, org_id: str, held: _Held) -> None:
        """Patch in what was written here, and what changed elsewhere. What fails is tried again at the next visit."""
        with self._lock:
            written, held.written = held.written, set()
        looks, held.moved = self._look_due(org_id, held) or not held.complete, False
        now, before = self._clock.now(), self._timer()
        reads: list[Callable[[], Any]] = [partial(items_of, self._dynamo, self._shape.table, tuple(written))]
        if looks:
            reads.append(partial(self._changed, org_id, held.since or now))
        try:
            own, *changed = together(*reads)
        except AppError as error:
            log.warning("an organisation is shown as it was", extra={"orgId": org_id, "code": error.code})
            with self._lock:
                held.written |= written
            held.behind, held.moved, held.tried = True, looks, before
            return
        snapshot = held.snapshot
        for chunk in changed[0] if changed else ():
            snapshot = snapshot.patched(chunk)
        held.snapshot, held.behind = self._with(snapshot, own), False
        if looks:
            held.since, held.synced = now, before

    def _with(self, snapshot: Snapshot, own: Fresh) -> Snapshot:
        if not own:
            return snapshot
        gone = [key[0] for key, item in own.items() if item is None]
        return snapshot.patched(self._shape.of_items([item for item in own.values() if item is not None]), gone)

    def _changed(self, org_id: str, since: datetime) -> list[Chunk]:
        shape = self._shape
        pages = self._dynamo.column_pages(
            shape.table, shape.updated, org_id, shape.wanted, since=iso(since - OVERLAP), page=PAGE
        )
        return [shape.of_columns(page.columns, page.unreadable) for page in pages]

    def _drop_idle(self, org_id: str, held: _Held) -> None:
        idle = self._timer() - held.used
        if idle >= IDLE:
            self.forget(org_id)
        else:
            self._background.start(partial(self._drop_idle, org_id, held), after=IDLE - idle)
