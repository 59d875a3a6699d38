"""Query and Scan by the page.

The page's keys are picked from the sorted partition, and ministack's own code runs on a view of the table that
holds nothing else. So validation, filters, projection, the 1 MB cut, LastEvaluatedKey and capacity stay
ministack's. Whatever is unusual (old-style KeyConditions, keys of several attributes, scans of an index or in
segments, malformed requests) takes ministack's path unchanged.
"""
# ruff: noqa: SLF001 - the names are those of ministack

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import ministack.services.dynamodb as ddb

from data.emulator import ordered
from data.emulator.key_conditions import Key, Unusual, bounds, conditions
from data.emulator.ministack_patches import around
from data.emulator.ordered import SCAN, SMALL, Pair, Table, order_of, schemas

MANY: Final = 1_000  # a Limit up to here is read whole: the cut is ministack's, we only must not pick too few
Request = dict[str, Any]
Found = tuple[str, str, dict[str, Any]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """The items that ministack will need, and the partition it will look for them in."""

    index: str | None
    partition: str | None
    found: list[Found]


def install() -> None:
    ordered.install()
    around(ddb, "_query", lambda real, request: _answer(real, request, query_page))
    around(ddb, "_scan", lambda real, request: _answer(real, request, scan_page))


def query_page(table: Table, request: Request) -> Page:
    """The page that a Query asks for. Raises Unusual, or whatever a malformed request makes it raise."""
    index = request.get("IndexName")
    hashes, ranges = next((hashes, ranges) for name, hashes, ranges in schemas(table) if name == index)
    if len(hashes) != 1 or len(ranges) > 1 or request.get("KeyConditions"):
        raise Unusual
    wanted = conditions(request)
    for name, condition in wanted.items():
        kind = ddb._get_attr_type(table, name)
        if name not in (*hashes, *ranges) or any(set(value) != {kind} for value in condition.values):
            raise Unusual
    if wanted[hashes[0]].operator != "EQ":
        raise Unusual
    partition = ddb._extract_key_val(wanted[hashes[0]].values[0])
    members = ddb._index_members(table)[index] if index else table["items"]
    found = members.get(partition) or ()
    if len(found) <= SMALL:
        raise Unusual
    order = order_of(table, (index, partition), ranges, found if index else ((partition, sk) for sk in found))
    low, high = _range(table, wanted, ranges)
    after = request.get("ExclusiveStartKey")
    start = order.key(after, None, None) if after else None
    between = order.between(low, high, start, forward=request.get("ScanIndexForward", True))
    return Page(index, partition, list(_enough(table, index, request.get("Limit"), between)))


def scan_page(table: Table, request: Request) -> Page:
    """The page that a Scan of a table asks for. Raises as `query_page` does."""
    if request.keys() & {"IndexName", "Segment", "TotalSegments"} or table.get("ItemCount", 0) <= SMALL:
        raise Unusual
    order = order_of(table, SCAN, None, ((pk, sk) for pk, members in table["items"].items() for sk in members))
    after, start = request.get("ExclusiveStartKey"), None
    if after:
        names = (table["pk_name"], table.get("sk_name"))
        start = tuple(ddb._extract_key_val(after[name]) if name else "__no_sort__" for name in names)
    between = order.between(None, None, start, forward=True)
    return Page(None, None, list(_enough(table, None, request.get("Limit"), between)))


def _range(table: Table, wanted: dict[str, Any], ranges: list[str]) -> tuple[Key | None, Key | None]:
    if not ranges or ranges[0] not in wanted:
        return None, None
    condition, kind = wanted[ranges[0]], ddb._get_attr_type(table, ranges[0])
    return bounds(condition.operator, [ddb._sort_key_value(value, kind) for value in condition.values])


def _enough(table: Table, index: str | None, limit: Any, pairs: Iterator[Pair]) -> Iterator[Found]:
    """As many as Limit says, or just past 1 MB."""
    most = None if limit is None else int(limit)
    if most is not None and most < 1:
        raise Unusual
    size = 0
    for number, (pk, sk) in enumerate(pairs, 1):
        item = table["items"][pk][sk]
        yield pk, sk, item
        if most is None or most > MANY:
            size += ddb._item_size_bytes(ddb._apply_index_projection(item, table, index))
        if number == most or size >= ddb._DDB_PAGE_SIZE_BYTES:
            return


def _answer(real: Callable[[Request], Any], request: Request, pick: Callable[[Table, Request], Page]) -> Any:
    name = None
    try:
        name = ddb._normalize_table_name(request.get("TableName"))
        table = ddb._tables[name]
        page = pick(table, request)
    except Unusual:
        return real(request)
    except Exception:  # a malformed request, whose error is ministack's to word
        log.debug("left to ministack", exc_info=True)
        return real(request)
    if not page.found:
        return real(request)
    items: dict[str, dict[str, Any]] = defaultdict(dict)
    for pk, sk, item in page.found:
        items[pk][sk] = item
    members = {page.index: {page.partition: {(pk, sk): None for pk, sk, _ in page.found}}}
    # Handlers run to their end without giving way, so nobody else can see this view of the table.
    ddb._tables[name] = table | {"items": items, ddb._INDEX_MEMBERS: members}
    try:
        return real(request)
    finally:
        ddb._tables[name] = table
