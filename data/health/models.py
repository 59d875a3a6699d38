"""What Health shows of the installation, and of one stored item."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from data.aws.raw_items import Typed, TypedItem, size_of_attribute, size_of_item
from data.aws.store_state import StoreState
from data.core.invalid_items import Noted
from data.doctor import Finding
from data.health.redacted_items import masked


@dataclass(frozen=True, slots=True)
class Health:
    """A look at the installation, at one moment. `unreadable`: items of the asker's organisation that lists miss."""

    mode: str
    endpoint: str
    region: str
    version: str
    python: str
    streamlit: str
    stores: tuple[StoreState, ...]
    unreadable: tuple[Noted, ...]
    looked_at: datetime

    @property
    def problems(self) -> tuple[StoreState, ...]:
        return tuple(store for store in self.stores if store.problem)

    def store(self, kind: str, name: str) -> StoreState | None:
        """The table or bucket of this short name."""
        return next((store for store in self.stores if (store.kind, store.name) == (kind, name)), None)


@dataclass(frozen=True, slots=True)
class Checks:
    """What doctor found at one moment, worst first."""

    findings: tuple[Finding, ...]
    looked_at: datetime

    @property
    def wrong(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.ok)


@dataclass(frozen=True, slots=True)
class RawAttribute:
    """One attribute as it is stored: DynamoDB's type, the value as text, the bytes of name and value together."""

    name: str
    kind: str
    value: str
    size: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class RawItem:
    """A stored item. Its secrets were taken out when this was made; `what` says in a word what it is."""

    what: str
    table: str
    real_name: str
    key: tuple[tuple[str, str], ...]
    version: str
    size: int
    attributes: tuple[RawAttribute, ...]
    json: str

    @classmethod
    def of(cls, what: str, table: str, real_name: str, key: tuple[str, ...], item: TypedItem) -> Self:
        """Of what lies in `table`, whose key has these names. The key comes first, then all by name."""
        shown = masked(table, item)
        names = [*key, *sorted(item.keys() - set(key))]
        return cls(
            what=what,
            table=table,
            real_name=real_name,
            key=tuple((name, told(shown[name])) for name in key),
            version=told(shown["version"]) if "version" in shown else "",
            size=size_of_item(item),
            attributes=tuple(_attribute(name, item[name], shown[name]) for name in names),
            json=json.dumps({name: shown[name] for name in names}, indent=2, ensure_ascii=False, default=_plain),
        )


def _attribute(name: str, stored: Typed, shown: Typed) -> RawAttribute:
    return RawAttribute(name, next(iter(stored)), told(shown), size_of_attribute(name, stored), stored != shown)


def told(typed: Typed) -> str:
    """The value as text: that of a list, set or map as JSON without types."""
    value = _untyped(typed)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _untyped(typed: Typed) -> Any:
    ((kind, value),) = typed.items()
    match kind, value:
        case "M", Mapping():
            return {name: _untyped(each) for name, each in value.items()}
        case "L", list():
            return [_untyped(each) for each in value]
        case "B", bytes():
            return _plain(value)
        case "BS", list():
            return [_plain(each) for each in value]
        case "NULL", _:
            return None
        case _:
            return value


def _plain(value: bytes) -> str:
    """As DynamoDB's JSON has bytes."""
    return b64encode(value).decode()
