"""Makes one table what its declaration says, and never alters what is there already."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import changing, code_of, reading
from data.aws.tables import Index, Table
from data.core.errors import Misconfigured, Unavailable

LONGEST_WAIT: Final = 1_800  # seconds; an index over many items is filled slowly
OWNER: Final = "orgId"
TAKE_OVER: Final = "python -m data setup --org NAME, which gives all of them to the organisation NAME"
THERE: Final = ("already", "duplicate index")  # how AWS and the engine word what somebody else has just made
BY_ANOTHER: Final = frozenset({"ResourceInUseException", "LimitExceededException"})  # setup runs elsewhere too


class TableSetup:
    """`name`: the real one."""

    def __init__(self, clients: Clients, table: Table, name: str) -> None:
        self._client, self._table, self._name = clients.dynamodb, table, name
        self._whole = False  # nothing is lacking; what is there never goes away

    def missing(self) -> list[str]:
        """What has yet to be made, in words; nothing when the table is complete."""
        there = self._described()
        if there is None or there["TableStatus"] == "CREATING":
            return [f"table {self._name}"]
        ready = {index["IndexName"] for index in _indexes(there) if index["IndexStatus"] == "ACTIVE"}
        return [f"index {index.name} of {self._name}" for index in self._table.indexes if index.name not in ready]

    def prepare(self) -> list[str]:
        """Make the table if it is not there, and let its items expire; what was made.

        Raises Misconfigured for a table of this name with other keys, Unavailable, Defect.
        """
        made = []
        there = self._described()
        if there is None:
            self._create()
            made.append(f"table {self._name}")
        self._whole = not self._lacking(self._settled(there))
        return made + self._expire()

    def refuse_strangers(self) -> None:
        """Raise Misconfigured if indexes are missing that would not show all items, since some lack an organisation."""
        if self._whole or OWNER not in {index.partition for index in self._table.indexes}:
            return
        if not self._lacking(self._settled()):
            return
        for page in self._ownerless():
            if page["Items"]:
                raise Misconfigured(f"{self._name} holds items of no organisation", TAKE_OVER)

    def complete(self) -> list[str]:
        """Add the missing indexes, one at a time as AWS wants it; whichever another process adds is waited for.

        Raises as `prepare`.
        """
        if self._whole:
            return []
        there = self._settled()
        lacking = self._lacking(there)
        if lacking and there.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST":
            self._ask("update_table", TableName=self._name, BillingMode="PAY_PER_REQUEST")
        for index in lacking:
            self._add_index(index)
        return [f"index {index.name} of {self._name}" for index in lacking]

    def _lacking(self, there: Any) -> list[Index]:
        names = {one["IndexName"] for one in _indexes(there)}
        return [index for index in self._table.indexes if index.name not in names]

    def _ownerless(self) -> Iterator[Any]:
        more: dict[str, Any] = {}
        while True:
            with reading(self._name):
                page = call(
                    self._client,
                    "scan",
                    self._name,
                    TableName=self._name,
                    FilterExpression="attribute_not_exists(#owner)",
                    ExpressionAttributeNames={"#owner": OWNER},
                    **more,
                )
            yield page
            if "LastEvaluatedKey" not in page:
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _create(self) -> None:
        indexes = [_new_index(index) for index in self._table.indexes]
        self._ask(
            "create_table",
            TableName=self._name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=_schema(*self._table.key),
            AttributeDefinitions=_definitions(self._table.key, self._table.indexes),
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        )

    def _add_index(self, index: Index) -> None:
        """Again and again, while another process is adding one of its own."""
        for _ in _patience():
            if index not in self._lacking(self._settled()):
                return
            self._ask(
                "update_table",
                TableName=self._name,
                AttributeDefinitions=_definitions(self._table.key, [index]),
                GlobalSecondaryIndexUpdates=[{"Create": _new_index(index)}],
            )
        raise Unavailable(f"{self._name} is being changed by others. Run setup again.")

    def _expire(self) -> list[str]:
        if self._table.expires is None:
            return []
        with reading(self._name):
            answer = call(self._client, "describe_time_to_live", self._name, TableName=self._name)
        if answer["TimeToLiveDescription"]["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}:
            return []
        wanted = {"Enabled": True, "AttributeName": self._table.expires}
        self._ask("update_time_to_live", TableName=self._name, TimeToLiveSpecification=wanted)
        return [f"expiry of {self._name}"]

    def _settled(self, there: Any = None) -> Any:
        """The table once it and all its indexes can be used and changed; `there`: as it was just now."""
        for _ in _patience():
            there = there or self._described()
            if there and {there["TableStatus"], *(index["IndexStatus"] for index in _indexes(there))} == {"ACTIVE"}:
                self._check_keys(there)
                return there
            there = None
        raise Unavailable(f"{self._name} is still being made. Run setup again later; it goes on where it stopped.")

    def _described(self) -> Any:
        with reading(self._name):
            try:
                return call(self._client, "describe_table", self._name, TableName=self._name)["Table"]
            except ClientError as error:
                if code_of(error) == "ResourceNotFoundException":
                    return None
                raise

    def _ask(self, operation: str, **request: Any) -> None:
        """Ask for a change. One that another process is making just now is no error."""
        with changing(self._name):
            try:
                call(self._client, operation, self._name, **request)
            except ClientError as error:
                if code_of(error) not in BY_ANOTHER and not any(word in str(error) for word in THERE):
                    raise

    def _check_keys(self, there: Any) -> None:
        wanted = {"": _schema(*self._table.key)} | {index.name or "": _keys(index) for index in self._table.indexes}
        found = {"": there["KeySchema"]} | {index["IndexName"]: index["KeySchema"] for index in _indexes(there)}
        for name in wanted.keys() & found.keys():
            if _plain(wanted[name]) != _plain(found[name]):
                what = f"index {name} of {self._name}" if name else f"table {self._name}"
                variable = self._table.name.upper().replace("-", "_")
                remedy = f"set DASHBOARD_TABLE_{variable} to another name, or remove what is there"
                raise Misconfigured(f"the {what} has other keys than ours", remedy)


def _patience() -> Iterator[int]:
    """Turns with growing pauses between them, until it has taken too long."""
    began, pause, turn = time.monotonic(), 0.05, 0
    while time.monotonic() - began < LONGEST_WAIT:
        yield turn
        time.sleep(pause)
        pause, turn = min(pause * 1.5, 5), turn + 1


def _indexes(described: Any) -> list[Any]:
    return list(described.get("GlobalSecondaryIndexes", ()))


def _new_index(index: Index) -> dict[str, Any]:
    return {"IndexName": index.name, "KeySchema": _keys(index), "Projection": {"ProjectionType": "ALL"}}


def _keys(index: Index) -> list[dict[str, str]]:
    return _schema(index.partition, *([index.sort] if index.sort else []))


def _schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


def _plain(schema: Iterable[Any]) -> set[tuple[str, str]]:
    return {(key["AttributeName"], key["KeyType"]) for key in schema}


def _definitions(key: Iterable[str], indexes: Iterable[Index]) -> list[dict[str, str]]:
    names = {*key, *(name for index in indexes for name in (index.partition, index.sort) if name)}
    return [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)]
