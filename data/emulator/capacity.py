"""What a read costs, counted from the bytes it read, as AWS does: ministack says 0.5 for everything."""
# ruff: noqa: SLF001 - the names are those of ministack

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import ministack.services.dynamodb as ddb

from data.emulator.ministack_patches import around

UNIT_BYTES: Final = 4_096
Item = dict[str, Any]
Request = dict[str, Any]


@dataclass(slots=True)
class _Read:
    """What the Query or Scan that runs now has read; filtered out or not, it is paid for."""

    items: Iterable[Item] = ()
    index: str | None = None


_now = _Read()


def install() -> None:
    around(ddb, "_paginate_evaluated_items", _paginate)
    around(ddb, "_add_consumed_capacity", _add_consumed_capacity)
    around(ddb, "_batch_get_item", _batch_get_item)


def _paginate(real: Any, items: Any, limit: Any, table: Any, index_name: str | None = None) -> Any:
    page, more = real(items, limit, table, index_name)
    _now.items, _now.index = page, index_name
    return page, more


def _add_consumed_capacity(real: Any, result: Any, request: Request, name: str, **how: Any) -> None:
    real(result, request, name, **how)
    items, index, _now.items, _now.index = _now.items, _now.index, (), None
    told = result.get("ConsumedCapacity")
    if how.get("write") or not told:
        return
    table = ddb._tables.get(name)
    if "Count" not in result:  # GetItem; what was projected away is paid for too
        found = ddb._get_item_by_key(table, request["Key"])
        items, index = [found] if found else [], None
    size = sum(ddb._item_size_bytes(ddb._apply_index_projection(item, table, index)) for item in items)
    units = _units(size, consistent=bool(request.get("ConsistentRead")))
    before = told["CapacityUnits"]
    told["CapacityUnits"] = units
    parts = [told.get("Table", {})]
    parts += [part for kind in ("Global", "Local") for part in told.get(f"{kind}SecondaryIndexes", {}).values()]
    for part in parts:
        if part.get("CapacityUnits") == before:
            part["CapacityUnits"] = units


def _batch_get_item(real: Any, request: Request) -> Any:
    """Capacity of a batch, which ministack leaves out; each of its items costs what a GetItem would."""
    answer = real(request)
    status, _, body = answer
    asked = request.get("ReturnConsumedCapacity", "NONE")
    if status != 200 or asked == "NONE":  # noqa: PLR2004 - HTTP's OK
        return answer
    costs = {name: _batch_units(name, wanted) for name, wanted in request["RequestItems"].items()}
    told = [{"TableName": name, "CapacityUnits": units} for name, units in costs.items()]
    if asked == "INDEXES":
        told = [cost | {"Table": {"CapacityUnits": cost["CapacityUnits"]}} for cost in told]
    return ddb.json_response(json.loads(body) | {"ConsumedCapacity": told})


def _batch_units(name: str, wanted: Request) -> float:
    table = ddb._tables[ddb._normalize_table_name(name)]
    found = [ddb._get_item_by_key(table, key) or {} for key in wanted["Keys"]]
    return sum(_units(ddb._item_size_bytes(item), consistent=bool(wanted.get("ConsistentRead"))) for item in found)


def _units(size: int, *, consistent: bool) -> float:
    return max(1, -(-size // UNIT_BYTES)) * (1.0 if consistent else 0.5)
