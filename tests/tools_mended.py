"""Four habits of the tools of these tests, mended for as long as a test process lives."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache, wraps
from threading import RLock
from types import SimpleNamespace
from typing import Any

import pytest
from moto.core.serialize import ResponseSerializer
from moto.dynamodb import models as dynamodb
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.sqs.models import SQSBackend
from streamlit.components.v2 import manifest_scanner


@contextmanager
def mended() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        _queues_in_turn(patch)
        _values_by_what_they_are(patch)
        _packages_read_once(patch)
        _only_what_is_written_kept(patch)
        yield


def _queues_in_turn(patch: pytest.MonkeyPatch) -> None:
    """moto looks through its queues while another thread may add one; `setup` makes them side by side."""
    turn = RLock()

    def in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def waiting(*args: Any, **options: Any) -> Any:
            with turn:
                return method(*args, **options)

        return waiting

    for name in ("create_queue", "set_queue_attributes"):
        patch.setattr(SQSBackend, name, in_turn(getattr(SQSBackend, name)))


def _values_by_what_they_are(patch: pytest.MonkeyPatch) -> None:
    """moto asks each value of DynamoDB for all ten types and, of each, for all names it might go by; it has one."""
    answer = ResponseSerializer._serialize_structure_member  # noqa: SLF001 - there is no other way in

    def only_what_is_there(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.parent.name != "AttributeValue" or key in value:
            answer(self, serialized, value, shape, key)

    patch.setattr(ResponseSerializer, "_serialize_structure_member", only_what_is_there)


def _only_what_is_written_kept(patch: pytest.MonkeyPatch) -> None:
    """moto copies a whole table for each write of a transaction, in case that fails; the items it names are enough."""
    write = DynamoDBBackend.transact_write_items

    def putting_back(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        kept = [place for each in transact_items if (place := _place(self, *each.values()))]
        before = [deepcopy(table.get_item(*key)) for table, key in kept]
        try:
            write(self, transact_items)
        except Exception:
            for (table, key), item in zip(kept, before, strict=True):
                _put_back(table, key, item)
            raise

    patch.setattr(dynamodb, "copy", SimpleNamespace(deepcopy=lambda it: it if isinstance(it, Table) else deepcopy(it)))
    patch.setattr(DynamoDBBackend, "transact_write_items", putting_back)


def _place(store: DynamoDBBackend, write: dict[str, Any], *_: Any) -> tuple[Table, Any] | None:
    """The table and key of a write; None for one that moto is going to refuse for its table or its key."""
    table = store.tables.get(write["TableName"])
    try:
        return (table, store.get_keys_value(table, write.get("Key") or write["Item"])) if table else None
    except MockValidationException:
        return None


def _put_back(table: Table, key: tuple[Any, Any], item: Any) -> None:
    hash_key, range_key = key
    if item is None:
        table.delete_item(hash_key, range_key)
    elif range_key:
        table.items[hash_key][range_key] = item
    else:
        table.items[hash_key] = item


def _packages_read_once(patch: pytest.MonkeyPatch) -> None:
    """Streamlit reads what is known of every installed package for each page that is opened without a browser."""
    patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
