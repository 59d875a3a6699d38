"""moto's AWS account of this test process: set up once, then restored from what each test wrote.

Every request notes what it changes: the tables whose items it writes, or the service for any other change. A written
table gets its first items back; a service with any other change gets back everything that it held.
"""

import copyreg
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from threading import Condition
from typing import Any, Final
from unittest.mock import patch

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from data.aws.tables import Write, marshal
from data.config.settings import Settings

SERVICES: Final = ("dynamodb", "s3", "sqs", "sns")
READS: Final = ("Get", "Head", "List", "Query", "Scan", "BatchGet", "TransactGet", "Describe")
ITEM_WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
NOT_SET_UP: Final = {"oidc_issuer", "oidc_client_id", "oidc_client_secret"}  # and different in each test
KEYS: Final = {"AWS_ACCESS_KEY_ID": "FOOBARKEY", "AWS_SECRET_ACCESS_KEY": "FOOBARSECRET"}  # no host's own are used

copyreg.pickle(Condition, lambda _: (Condition, ()))  # because a copied queue needs a condition of its own


@dataclass(frozen=True)
class _Kept:
    """What one backend of moto held."""

    service: str
    account: str
    region: str
    backend: Any
    state: dict[str, Any]

    def restore(self) -> None:
        """Restore everything."""
        backend = get_backend(self.service)[self.account][self.region]  # type: ignore[call-overload]
        vars(backend).update(deepcopy(self.state, {id(self.backend): backend}))

    def restore_items(self, names: set[str]) -> None:
        """Restore the items of these tables of DynamoDB."""
        tables = get_backend(self.service)[self.account][self.region].tables  # type: ignore[call-overload]
        for name in names & self.state["tables"].keys():
            kept = self.state["tables"][name]
            tables[name].items = deepcopy(kept.items)
            tables[name].stream_shard = deepcopy(kept.stream_shard, {id(kept): tables[name]})


@dataclass
class Account:
    """The account: the kept states by name, the one that it began with, and the changes since."""

    kept: dict[str, tuple[_Kept, ...]] = field(default_factory=dict)
    began_as: str | None = None
    tables: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)

    def empty(self) -> None:
        """Remove everything."""
        BackendDict.reset()
        self._begin(None)

    def restore(self, name: str, make: Callable[[], Any]) -> None:
        """Bring the account into the state `name`. The first time, `make` makes it from an empty account."""
        if name not in self.kept:
            self.empty()
            make()
            self.kept[name] = tuple(_held())
        elif self.began_as != name or self.services - set(SERVICES):
            BackendDict.reset()
            for each in self.kept[name]:
                each.restore()
        else:
            self._undo(name)
        self._begin(name)

    def note(self, service: str, operation: str, tables: set[str]) -> None:
        """Note what a request changes."""
        if service == "dynamodb" and operation in ITEM_WRITES:
            self.tables |= tables
        elif not operation.startswith(READS):
            self.services.add(service)

    def _undo(self, name: str) -> None:
        for each in self.kept[name]:
            if each.service in self.services:
                each.restore()
            elif each.service == "dynamodb":
                each.restore_items(self.tables)

    def _begin(self, name: str | None) -> None:
        self.began_as = name
        self.tables.clear()
        self.services.clear()
        reset_model_data()  # because moto keeps a reference to each item that it ever made


account = Account()


@contextmanager
def moto() -> Iterator[Account]:
    """Within the block moto answers instead of AWS. The account keeps what it holds."""
    with patch.dict(os.environ, KEYS), patch("boto3.DEFAULT_SESSION", None):
        botocore_stubber.enabled = True
        try:
            yield account
        finally:
            botocore_stubber.enabled = False


def put_item(client: Any, name: str, item: Any) -> None:
    """Put an item into a table. In moto that takes no request, because most tests begin with some."""
    table = _written_table(client, name)
    if table and not any("B" in value for value in item.values()):
        table.put_item(item)
    else:
        client.put_item(TableName=name, Item=item)


def commit(client: Any, settings: Settings, writes: Sequence[Write]) -> bool:
    """Put new items and add to counters in moto, without a request; return False if this is not moto.

    Raises the error of the first write whose new item exists, or whose counter does not.
    """
    found = [_written_table(client, settings.table(write.table.name)) for write in writes]
    tables = [table for table in found if table]
    if len(tables) < len(writes):
        return False
    items = [_written_item(table, write) for table, write in zip(tables, writes, strict=True)]
    for table, item in zip(tables, items, strict=True):
        put_item(client, table.name, item)
    return True


def account_name(settings: Settings) -> str:
    """Return the name of the state that `setup` makes for these settings."""
    return f"{settings.model_dump_json(exclude=NOT_SET_UP)} {settings.names}"


def tables_of(body: dict[str, Any]) -> set[str]:
    """Return the tables that a write names."""
    if "TransactItems" in body:
        return {each["TableName"] for item in body["TransactItems"] for each in item.values()}
    return set(body["RequestItems"]) if "RequestItems" in body else {body["TableName"]}


def _held() -> Iterator[_Kept]:
    for service in SERVICES:
        for account_id, regions in get_backend(service).items():  # type: ignore[call-overload]
            for region, backend in regions.items():
                state = deepcopy(vars(backend), {id(backend): backend})
                yield _Kept(service, account_id, region, backend, state)


def _written_table(client: Any, name: str) -> Table | None:
    """Return moto's own table, noted as written; None if the client calls something else."""
    if not (botocore_stubber.enabled and ".amazonaws.com" in client.meta.endpoint_url):
        return None
    account.tables.add(name)
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][client.meta.region_name].tables.get(name)


def _written_item(table: Table, write: Write) -> dict[str, Any]:
    """Return the item that a write leaves behind."""
    key = marshal(write.key)
    stored = table.get_item(*[DynamoType(key[name]) for name in (table.hash_key_attr, table.range_key_attr) if name])
    if (write.operation == "Put") == bool(stored):
        raise write.otherwise
    if write.operation == "Put":
        return marshal(write.values)
    attributes = stored.to_json()["Attributes"]
    sums = {name: {"N": str(int(attributes[name]["N"]) + number)} for name, number in write.sums.items()}
    return attributes | sums
