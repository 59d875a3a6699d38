"""What this process wrote just now, laid over what the indexes say: on AWS they lag behind their table.

Only the keys are remembered. Who reads a list soon after a write reads the written items too, as they are in the
table itself; so a part of an item, a lost answer or somebody else's write in between are all told as they ended.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, TypeAlias

from data.aws.dynamodb import Dynamo
from data.aws.tables import Index, Item, Key, Slice, Table, Write

LAG: Final = 5.0  # seconds that an index may lag behind its table

Place: TypeAlias = tuple[str, ...]  # the values of a key, or where an item lies in an index: sort value, then key
_Part: TypeAlias = tuple[str, str]  # an organisation and a table's name
Fresh: TypeAlias = Mapping[Place, Item | None]  # by key; None: it is not there any more


class Overlay:
    """The keys that this process wrote in the last seconds, by organisation and table."""

    def __init__(self, dynamo: Dynamo, timer: Callable[[], float] = time.monotonic) -> None:
        self._dynamo, self._timer = dynamo, timer
        self._written: dict[_Part, dict[Place, float]] = {}
        self._order: deque[tuple[float, _Part, Place]] = deque()  # oldest first
        self._lock = Lock()

    def wrote(self, org_id: str, writes: Iterable[Write]) -> None:
        """Remember what `writes` touched. To be called when they were made, or may have been."""
        with self._lock:
            now = self._timer()
            self._forget(now - LAG)
            for write in writes:
                if write.operation != "ConditionCheck":
                    part, key = (org_id, write.table.name), place_of(write.key, write.table.key)
                    self._written.setdefault(part, {})[key] = now
                    self._order.append((now, part, key))

    def recent(self, org_id: str, table: Table) -> tuple[Place, ...]:
        """The keys written so lately that an index may not know."""
        with self._lock:
            self._forget(self._timer() - LAG)
            return tuple(self._written.get((org_id, table.name), ()))

    def fresh(self, org_id: str, table: Table) -> Fresh:
        """Those items as they are now, read consistently. Raises Unavailable, Misconfigured."""
        keys = self.recent(org_id, table)
        return items_of(self._dynamo, table, keys) if keys else {}

    def _forget(self, since: float) -> None:
        """What was not written after that, of every table: most are never asked for."""
        while self._order and self._order[0][0] <= since:
            at, part, key = self._order.popleft()
            keys = self._written.get(part, {})
            if keys.get(key) == at:  # and not again since
                del keys[key]
                if not keys:
                    del self._written[part]


def items_of(dynamo: Dynamo, table: Table, keys: Sequence[Place]) -> Fresh:
    """The items of these keys as they are now. Raises Unavailable, Misconfigured."""
    asked = ((table, dict(zip(table.key, key, strict=True))) for key in keys)
    return dict(zip(keys, dynamo.get_together(*asked), strict=True))


def laid_over(
    found: Slice[Item], fresh: Fresh, *, table: Table, index: Index, partition: str, after: Key | None
) -> Slice[Item]:
    """`found`, one page of a partition (newest first, from `after` on), as it is with the `fresh` items.

    Each of them stands once, on the page where it lies now, and on no other; so a page may be longer than was asked.
    """
    if not fresh:
        return found
    order = tuple(dict.fromkeys((*([index.sort] if index.sort else []), *table.key)))
    kept = [item for item in found.items if place_of(item, table.key) not in fresh]
    first = place_of(after, order) if after else None
    last = place_of(found.position, order) if found.position else None
    for item in fresh.values():
        if item is None or item.get(index.partition) != partition or not all(name in item for name in order):
            continue
        place = place_of(item, order)
        if (first is None or place < first) and (last is None or place >= last):
            behind = (number for number, row in enumerate(kept) if place_of(row, order) < place)
            kept.insert(next(behind, len(kept)), item)
    return Slice(tuple(kept), found.position, found.examined)


def place_of(item: Item, names: Iterable[str]) -> Place:
    return tuple(str(item[name]) for name in names)
