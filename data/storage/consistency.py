"""What this process remembers of the stores, kept true: units of work commit and repositories list through it.

    self._coherence.slice(org_id, TABLE, BY_ORG, org_id, limit=50, after=None, convert=…)

A write drops what is remembered of its tables before it returns, stands in every list at once although the indexes
lag behind it, and is told to the other processes, who see it within two seconds.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from data.aws.dynamodb import Dynamo
from data.aws.tables import Index, Item, Key, Slice, Table, Write
from data.core.concurrency import together
from data.core.errors import AppError, OutcomeUnknown
from data.storage.change_feed import Generations
from data.storage.read_cache import LASTING, ReadCache
from data.storage.recent_writes import Fresh, Overlay, laid_over

BRIEF: Final = 1.0  # seconds that a list is kept while its index may lag
T = TypeVar("T")


class Listener(Protocol):
    """Remembers something of its own."""

    def wrote(self, org_id: str, writes: Sequence[Write]) -> None:
        """`writes` were made by this process, or may have been."""

    def moved(self, org_id: str) -> None:
        """Another process wrote something of the organisation."""


class Coherence:
    def __init__(self, dynamo: Dynamo, cache: ReadCache, overlay: Overlay, generations: Generations) -> None:
        self._dynamo, self._cache, self._overlay, self._generations = dynamo, cache, overlay, generations
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of all writes from now on."""
        self._listeners.append(listener)

    def commit(self, org_id: str, writes: Sequence[Write]) -> None:
        """Make `writes` true for an organisation. Raises as `Dynamo.commit`."""
        try:
            self._dynamo.commit(writes)
        except OutcomeUnknown:
            self._made(org_id, writes)  # perhaps
            raise
        except AppError:
            self._drop(org_id, writes)  # somebody was there first, maybe another process
            raise
        self._made(org_id, writes)

    def slice(
        self,
        org_id: str,
        table: Table,
        index: Index,
        partition: str,
        *,
        limit: int,
        after: Key | None,
        convert: Callable[[Item], T],
        remember: bool = True,
    ) -> Slice[T]:
        """One page of an index, newest first, remembered; with what was written just now, so it may be longer.

        Who reads all pages, each once, has none of them remembered: they would take the place of what is asked again.
        """

        def load() -> Slice[T]:
            query = partial(self._dynamo.query, table, index, partition, limit=limit, after=after)
            reads: list[Callable[[], Any]] = [query]
            if lately := self._overlay.recent(org_id, table):
                reads.append(partial(self._overlay.fresh, org_id, table))
            if remember and not self._generations.looked(org_id):  # so a first visit waits for one round trip, not two
                reads.append(partial(self._generations.moved, org_id))
            found, *beside = together(*reads)
            fresh: Fresh = beside[0] if lately else {}
            return laid_over(found, fresh, table=table, index=index, partition=partition, after=after).map(convert)

        if not remember:
            return load()
        key = (index.name, partition, limit, tuple(sorted((after or {}).items())))
        return self.remembered(org_id, table, key, load)

    def remembered(self, org_id: str, table: Table, key: Hashable, load: Callable[[], T]) -> T:
        """What `load` reads of an organisation's items in `table`, until one of them is written."""
        if self._generations.looked(org_id):
            self.catch_up(org_id)
        tags = {_tag(table, org_id), _tag(None, org_id)}
        return self._cache.read((table.name, org_id, key), tags, load, seconds=partial(self._seconds, org_id, table))

    def catch_up(self, org_id: str) -> None:
        """Forget what another process has overtaken; the store is asked at most once a second."""
        if self._generations.moved(org_id):
            self.forget(org_id)
            for listener in self._listeners:
                listener.moved(org_id)

    def forget(self, org_id: str) -> None:
        """Read all of the organisation anew."""
        self._cache.drop(_tag(None, org_id))

    def _made(self, org_id: str, writes: Sequence[Write]) -> None:
        self._overlay.wrote(org_id, writes)
        self._drop(org_id, writes)
        for listener in self._listeners:
            listener.wrote(org_id, writes)
        self._generations.wrote(org_id)

    def _drop(self, org_id: str, writes: Sequence[Write]) -> None:
        self._cache.drop(*{_tag(write.table, org_id) for write in writes})

    def _seconds(self, org_id: str, table: Table) -> float:
        """How long a list may be kept that was read just now."""
        lagging = self._overlay.recent(org_id, table) or self._generations.unsettled(org_id)
        return BRIEF if lagging else LASTING


def _tag(table: Table | None, org_id: str) -> str:
    """What carries the first is dropped by our own writes of the table, the second by anybody else's."""
    return f"{table.name if table else '*'}/{org_id}"
