"""Items kept as text, which takes a fifth of the memory that ministack's dicts of dicts take.

Whoever looks at an item gets it decoded, each time anew. That is safe because ministack never changes a stored
item in place: it changes a copy, and stores that whole.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import ministack.services.dynamodb as ddb
import msgspec

from data.emulator.ministack_patches import around

Item = dict[str, Any]
MISSING: Final = object()
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


def encode(item: Item) -> str:
    """An item as text. A lone surrogate in somebody's text must not fail a commit."""
    try:
        return _encode(item).decode()
    except UnicodeEncodeError:
        return json.dumps(item, separators=(",", ":"))


def decode(text: str) -> Any:
    try:
        return _decode(text)
    except msgspec.DecodeError:
        return json.loads(text)


def decode_all(texts: Sequence[str]) -> list[Item]:
    """The same for many, which is faster at once, and lets them share the names of their attributes."""
    return list(decode(f"[{','.join(texts)}]"))


class Partition(dict[str, Any]):
    """Items by their sort key. What was not packed yet is there as it was given."""

    def __getitem__(self, sk: str) -> Any:
        return _item(super().__getitem__(sk))

    def __iter__(self) -> Iterator[str]:
        """Without this, `dict(partition)` would look at the text past all of us."""
        return super().__iter__()

    def get(self, sk: str, default: Any = None) -> Any:
        return _item(super().get(sk, default))

    def pop(self, sk: str, default: Any = MISSING) -> Any:
        return _item(super().pop(sk) if default is MISSING else super().pop(sk, default))

    def values(self) -> Any:
        return map(_item, super().values())

    def items(self) -> Any:
        return ((sk, _item(kept)) for sk, kept in super().items())

    def copy(self) -> Item:
        return dict(self)

    def pack(self, sk: str) -> None:
        kept = super().__getitem__(sk)
        if not isinstance(kept, str):
            self[sk] = encode(kept)

    def mentioning(self, attribute: str) -> list[tuple[str, Item]]:
        """At least those that have the attribute, without decoding all the others."""
        sought = f'"{attribute}"' if attribute.isidentifier() and attribute.isascii() else ""
        kept = super().items()
        return [(sk, _item(one)) for sk, one in kept if not isinstance(one, str) or sought in one]


class Items(defaultdict[str, Partition]):
    """A table's partitions."""

    def __init__(self, partitions: dict[str, Item] | None = None) -> None:
        super().__init__(Partition, {pk: Partition(members) for pk, members in (partitions or {}).items()})

    def setdefault(self, pk: str, _default: object = None) -> Partition:
        return self[pk]


def install() -> None:
    around(ddb, "_set_item", _set_item)


def items_of(table: dict[str, Any]) -> Items:
    """The table's items; ministack makes plain ones for a table that is new or was restored."""
    if not isinstance(table["items"], Items):
        table["items"] = Items(table["items"])
    return table["items"]  # type: ignore[no-any-return]


def _item(kept: Any) -> Any:
    return decode(kept) if isinstance(kept, str) else kept


def _set_item(real: Any, table: dict[str, Any], pk: str, sk: str, item: Item) -> Any:
    items = items_of(table)
    old = real(table, pk, sk, item)
    items[pk].pack(sk)
    return old
