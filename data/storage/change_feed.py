"""How processes on one store learn of each other's writes: a number for each organisation, raised by who writes.

It is raised after the transaction, never within it, where all would wait for one item.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from data.aws.conditions import absent, present
from data.aws.dynamodb import Dynamo
from data.aws.tables import Table, Write, change, create
from data.core.clock import SystemClock, iso
from data.core.errors import AlreadyThere, AppError, NotFound
from data.core.retries import retry
from data.storage.background_tasks import Background
from data.storage.recent_writes import LAG
from data.storage.single_table import API_DASHBOARD, generation_key

EVERY: Final = 1.0  # seconds between two raises, and between two looks, of one organisation
NOTHING_YET: Final = "Nobody has written for this organisation yet."

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """What this process knows of one organisation. `others`: the number without our own part in it."""

    own: int = 0
    others: int | None = None
    looked: float | None = None
    moved: float = 0
    raised: float | None = None
    due: bool = False
    store: Lock = field(default_factory=Lock)  # held while the store is asked, so that our own part is never misread


class Generations:
    def __init__(self, dynamo: Dynamo, background: Background, timer: Callable[[], float] = time.monotonic) -> None:
        self._dynamo, self._background, self._timer = dynamo, background, timer
        self._organisations: dict[str, _Known] = {}
        self._lock = Lock()

    def wrote(self, org_id: str) -> None:
        """Let the others know, soon: at most once a second, and the last write is never left out."""
        with self._lock:
            known = self._known(org_id)
            if known.due:
                return
            known.due = True
            wait = 0.0 if known.raised is None else known.raised + EVERY - self._timer()
        self._background.start(lambda: self._raise(org_id, known), after=max(wait, 0.0))

    def looked(self, org_id: str) -> bool:
        """Whether this process has begun to follow the organisation."""
        with self._lock:
            return self._known(org_id).looked is not None

    def moved(self, org_id: str) -> bool:
        """Whether another process wrote since the last look; at most one look a second.

        A store that does not answer has not moved: what is known stays the best there is.
        """
        with self._lock:
            known, now = self._known(org_id), self._timer()
            if known.looked is not None and now < known.looked + EVERY:
                return False
            first, known.looked = known.looked is None, now
        with suppress(AppError), known.store:
            item = self._dynamo.get(API_DASHBOARD, generation_key(org_id), consistent=True)
            others = (int(item["version"]) if item else 0) - known.own
            moved, known.others = known.others != others, others
            if moved:
                known.moved = self._timer()
            return moved and not first
        return False

    def unsettled(self, org_id: str) -> bool:
        """Whether others wrote so lately that an index may not know; also when we have only begun to look."""
        with self._lock:
            known = self._known(org_id)
            return known.looked is None or self._timer() < known.moved + LAG

    def size_of(self, org_id: str, table: Table) -> int | None:
        """How many items of `table` the organisation had when a process last counted them; None: nobody did."""
        item = self._dynamo.get(API_DASHBOARD, generation_key(org_id))
        size = (item or {}).get(_size(table))
        return None if size is None else int(size)

    def sized(self, org_id: str, table: Table, size: int) -> None:
        """Leave the count for the next process that wants to say how far it has come. It may fail."""
        key, there = generation_key(org_id), present(API_DASHBOARD)
        counted = change(API_DASHBOARD, key, {_size(table): size}, when=there, otherwise=NotFound(NOTHING_YET))
        with suppress(AppError):
            self._dynamo.commit([counted])

    def flush(self) -> None:
        """Raise now what waits to be raised: for the end of the process."""
        with self._lock:
            due = [(org_id, known) for org_id, known in self._organisations.items() if known.due]
        for org_id, known in due:
            self._raise(org_id, known, again=False)

    def _raise(self, org_id: str, known: _Known, *, again: bool = True) -> None:
        with self._lock:
            known.due, known.raised = False, self._timer()
        try:
            with known.store:
                retry(lambda: self._add(org_id), on=AlreadyThere)
                known.own += 1
        except AppError as error:
            log.warning("other processes could not be told of a write", extra={"code": error.code, "orgId": org_id})
            if again:
                self.wrote(org_id)

    def _add(self, org_id: str) -> None:
        """Raises AlreadyThere if the first writes of two processes came at the same moment."""
        try:
            self._dynamo.commit([_raised(org_id)])
        except NotFound:  # the organisation's first write
            self._dynamo.commit([_begun(org_id)])

    def _known(self, org_id: str) -> _Known:
        return self._organisations.setdefault(org_id, _Known())


def _size(table: Table) -> str:
    return f"size_{table.name}"


def _raised(org_id: str) -> Write:
    return Write(
        "Update",
        API_DASHBOARD,
        generation_key(org_id),
        present(API_DASHBOARD),
        NotFound(NOTHING_YET),
        values={"updatedAt": iso(SystemClock().now())},
        sums={"version": 1},
    )


def _begun(org_id: str) -> Write:
    now = iso(SystemClock().now())
    item = {**generation_key(org_id), "orgId": org_id, "createdAt": now, "updatedAt": now, "version": 1}
    return create(API_DASHBOARD, item, when=absent(API_DASHBOARD), otherwise=AlreadyThere("Another process was first."))
