"""Patches of the test tools: what is slow or unsafe in them, for the lifetime of a test process."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache, wraps
from threading import RLock
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core import responses
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.serialize import ResponseSerializer
from moto.dynamodb import models as dynamodb
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.sqs.models import SQSBackend
from streamlit.components.v2 import manifest_scanner
from werkzeug.exceptions import HTTPException

from tests.moto_account import ITEM_WRITES, account, tables_of


@contextmanager
def mended() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        _queues_in_turn(patch)
        _values_by_what_they_are(patch)
        _packages_read_once(patch)
        _only_what_is_written_kept(patch)
        _requests_answered_directly(patch)
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


def _requests_answered_directly(patch: pytest.MonkeyPatch) -> None:
    """moto matches each URL with those of 150 services and builds a WSGI request; DynamoDB needs only its body.

    Each request is noted, so that the account can be restored.
    """
    answer = BotocoreStubber.__call__

    def directly(self: BotocoreStubber, event_name: str, request: Any, **more: Any) -> Any:
        if not self.enabled or ".amazonaws.com" not in request.url:
            return answer(self, event_name, request, **more)
        _, service, operation = event_name.split(".")
        body = json.loads(request.body) if service == "dynamodb" else {}
        account.note(service, operation, tables_of(body) if operation in ITEM_WRITES else set())
        if service != "dynamodb":
            return answer(self, event_name, request, **more)
        status, headers, content = _answer_of_dynamodb(request)
        return AWSResponse(request.url, status, headers, MockRawResponse(content))

    patch.setattr(BotocoreStubber, "__call__", directly)
    patch.setattr(responses, "method_names_from_class", cache(responses.method_names_from_class))


def _answer_of_dynamodb(request: Any) -> Any:
    """Return status, headers and body, from moto's handler."""
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
    handler = DynamoHandler()
    handler.headers, handler.querystring, handler.response_headers = headers, {}, {"server": "amazon.com"}
    asked = SimpleNamespace(
        method="POST",
        values={},
        headers=headers,
        data=request.body,
        path="/",
        content_type=headers["Content-Type"],
    )
    handler.uri_match, handler.region = {}, handler.get_region_from_url(asked, request.url)
    handler.access_key = handler.get_access_key()
    handler.current_account = handler.get_current_account()
    try:
        handler.parse_parameters(asked)
        return handler.call_action()
    except HTTPException as error:
        return error.code, error.get_headers(), error.get_body()
