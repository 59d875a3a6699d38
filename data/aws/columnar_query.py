"""A partition as columns: only the attributes that are wanted, from bytes to lists, page by page.

For what looks at all that an organisation has (the projection, figures): as columns, a hundred thousand rows
are a few lists; as models they are half a gigabyte.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any, Final, TypeAlias

import msgspec

from data.aws.response_parsing import Form, as_sent
from data.aws.tables import Item, Key, unmarshal

Kind: TypeAlias = type[str] | type[int] | type[bool]
Digits: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]{1,18}\Z")]  # what fits every column of integers
STORED: Final[dict[Kind, tuple[str, Any]]] = {str: ("S", str), int: ("N", Digits), bool: ("BOOL", bool)}
BESIDE: Final = ("ScannedCount", "LastEvaluatedKey", "ConsumedCapacity")
STRICT: Final[Any] = {"forbid_unknown_fields": True, "frozen": True, "gc": False}


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute that is wanted: text, a whole number or a truth value. `needed`: no row can be without it."""

    name: str
    kind: Kind = str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """One page: a list per column, all of one length; rows that are not as declared stand in `unreadable`, whole.

    None where a row has no such attribute. `position`: where the next page begins, None behind the last;
    `examined`: rows looked at.
    """

    columns: dict[str, list[Any]]
    unreadable: tuple[Item, ...]
    examined: int
    position: Key | None


@lru_cache(maxsize=64)
def rows_of(columns: tuple[Column, ...]) -> Form:
    """How `columns` are read: `Rows`, and the items that are not as declared as `Unreadable`."""
    fields = [_field(number, column) for number, column in enumerate(columns)]
    row = msgspec.defstruct("Row", fields, gc=False)
    page = msgspec.defstruct("Page", [("Items", list[row]), *((name, Any, None) for name in BESIDE)])  # type: ignore[valid-type]
    quick, single = msgspec.json.Decoder(page), msgspec.json.Decoder(row)

    def read(body: bytes) -> dict[str, Any]:
        try:
            answer = msgspec.structs.asdict(quick.decode(body))
        except msgspec.DecodeError:
            answer = as_sent(body)
            rows, unreadable = _one_by_one(single, answer["Items"])
            return answer | {"Rows": rows, "Unreadable": unreadable}
        return answer | {"Rows": answer["Items"], "Unreadable": ()}

    return read


def columns_of(columns: Sequence[Column], rows: Sequence[Any]) -> dict[str, list[Any]]:
    """What `rows_of` read, turned."""
    return {column.name: _values(f"c{number}.value", column.kind, rows) for number, column in enumerate(columns)}


def _field(number: int, column: Column) -> tuple[str, type, Any]:
    """An attribute as its column has it; of no other type, and not missing where it is needed."""
    mark, stored = STORED[column.kind]
    if column.needed:
        typed = msgspec.defstruct("Needed", [("value", stored, msgspec.field(name=mark))], **STRICT)
        return (f"c{number}", typed, msgspec.field(name=column.name))
    value = ("value", stored | None, msgspec.field(name=mark, default=None))
    typed = msgspec.defstruct("Optional", [value, ("NULL", bool, False)], **STRICT)
    return (f"c{number}", typed, msgspec.field(name=column.name, default=typed()))


def _one_by_one(row: msgspec.json.Decoder[Any], items: Iterable[Item]) -> tuple[list[Any], tuple[Item, ...]]:
    rows, unreadable = [], []
    for item in items:
        try:
            rows.append(row.decode(json.dumps(item)))
        except msgspec.DecodeError:
            unreadable.append(unmarshal(item))
    return rows, tuple(unreadable)


def _values(path: str, kind: Kind, rows: Sequence[Any]) -> list[Any]:
    values = map(attrgetter(path), rows)
    return [None if value is None else int(value) for value in values] if kind is int else list(values)
