"""Partitions kept in sort order, so that a page costs the same in a partition of a hundred and of a million.

ministack copies, sorts and filters a whole partition for every page. Here its keys are sorted once it has been
queried, and kept so by every write. They live inside ministack's own derived index data, which it drops exactly
when they would be wrong: when a table's items are replaced, or its indexes change.
"""
# ruff: noqa: SLF001 - the names are those of ministack

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any, Final

import ministack.services.dynamodb as ddb
from sortedcontainers import SortedKeyList

from data.emulator.key_conditions import Key
from data.emulator.ministack_patches import around

ORDERS: Final = "\0orders"
SCAN: Final = "scan"
SMALL: Final = 64  # below, ministack's own sort is as fast, and a sorted list for every tiny partition costs memory
BIG: Final = 2_000  # above, the order is made at start, so that no request waits for it

Table = dict[str, Any]
Pair = tuple[str, str]
Entry = tuple[Key, str, str]


class Order:
    """One partition's items (for Scan one table's) as (key, pk, sk), sorted as ministack sorts them."""

    def __init__(self, table: Table, ranges: list[str] | None, pairs: Iterable[Pair]) -> None:
        self._attributes = None if ranges is None else ddb._index_order_keys(table, ranges)
        items = table["items"]
        self.entries = SortedKeyList((self.entry(items[pk][sk], pk, sk) for pk, sk in pairs), key=itemgetter(0))

    def entry(self, item: dict[str, Any], pk: str, sk: str) -> Entry:
        return self.key(item, pk, sk), pk, sk

    def key(self, item: dict[str, Any], pk: str | None, sk: str | None) -> Key:
        if self._attributes is None:
            return pk, sk  # a Scan goes by the keys as they are
        return tuple([_position(item, name, kind) for name, kind in self._attributes])

    def change(self, item: dict[str, Any], pk: str, sk: str, *, add: bool) -> None:
        if add:
            self.entries.add(self.entry(item, pk, sk))
        else:
            self.entries.discard(self.entry(item, pk, sk))

    def between(self, low: Key | None, high: Key | None, start: Key | None, *, forward: bool) -> Iterator[Pair]:
        """Pairs of keys from `low` to `high`, beginning behind `start`, which lies between them."""
        inclusive = (not (start and forward), not (start and not forward))
        low, high = (start, high) if start and forward else (low, start or high)
        for _, pk, sk in self.entries.irange_key(low, high, inclusive, reverse=not forward):
            yield pk, sk


def _position(item: dict[str, Any], name: str, kind: str) -> Any:
    if kind == "S" and "S" in (item.get(name) or ()):
        return item[name]["S"]  # what ministack comes to, in a third of the time
    return ddb._index_order_value(item, name, kind)


def install() -> None:
    around(ddb, "_index_item", _index_item)


def schemas(table: Table) -> Iterator[tuple[str | None, list[str], list[str]]]:
    """(index, its partition keys, its sort keys), first the table's own with the index None."""
    yield None, [table["pk_name"]], [table["sk_name"]] if table.get("sk_name") else []
    yield from ddb._index_key_schemas(table)


def order_of(table: Table, where: Any, ranges: list[str] | None, pairs: Iterable[Pair]) -> Order:
    """The order kept under `where`; made of `pairs` when it is asked for the first time."""
    orders: dict[Any, Order] = ddb._index_members(table).setdefault(ORDERS, {})
    if where not in orders:
        orders[where] = Order(table, ranges, pairs)
    return orders[where]


class Loading:
    """The indexes of a table whose items come one after the other, each decoded only once; big partitions sorted."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._schemas = [(*schema, Order(table, schema[-1], ())) for schema in schemas(table)]
        self._members: Table = {name: {} for name, *_ in self._schemas if name}
        self._entries: dict[tuple[str | None, str], list[Entry]] = defaultdict(list)

    def add(self, pk: str, sk: str, item: dict[str, Any]) -> None:
        for name, hashes, ranges, order in self._schemas:
            partition = ddb._index_partition(item, hashes, ranges) if name else pk
            if partition is None:
                continue
            if name:
                self._members[name].setdefault(partition, {})[pk, sk] = None
            if ranges:
                self._entries[name, partition].append(order.entry(item, pk, sk))

    def done(self) -> None:
        self._table[ddb._INDEX_MEMBERS] = self._members
        ranges = {name: ranges for name, _, ranges, _ in self._schemas}
        for where, entries in self._entries.items():
            if len(entries) > BIG:
                order_of(self._table, where, ranges[where[0]], ()).entries.update(entries)


def _index_item(real: Any, table: Table, pk: str, sk: str, item: dict[str, Any], *, add: bool) -> None:
    """Called for each item that comes (add) or goes; a replaced one goes and comes."""
    real(table, pk, sk, item, add=add)
    orders = (table.get(ddb._INDEX_MEMBERS) or {}).get(ORDERS)
    if not orders:
        return
    places = [(name, ddb._index_partition(item, hashes, ranges)) for name, hashes, ranges in schemas(table)]
    for order in filter(None, map(orders.get, (*places, SCAN))):
        order.change(item, pk, sk, add=add)
