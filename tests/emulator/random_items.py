"""Random tables, writes and queries in all the shapes that keys can have: for comparing two ways to answer."""
# ruff: noqa: S311 - chance, no secrets

import base64
import json
import random
from typing import TYPE_CHECKING, Any

from tests.emulator.shapes import number, schema, text

if TYPE_CHECKING:
    from collections.abc import Callable

Request = dict[str, Any]
INDEXES = {
    None: ("pk", "sk"),
    "by_text": ("group", "text"),
    "by_number": ("group", "number"),
    "by_bytes": ("group", "bytes"),
    "by_group": ("group", None),
    "local": ("pk", "number"),
}
PROJECTIONS = {"by_number": {"ProjectionType": "KEYS_ONLY"}}
PROJECTIONS["by_bytes"] = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]}
WORDS = ["a", "ab", "abc", "abd", "b", "ba", "é", "z", "\U0010ffff", "ab\U0010ffff", "0", "~"]
NUMBERS = ["1.5", "-0.25", "1E2", "100", "0", "12345678901234567890"]


def binary(value: bytes) -> dict[str, str]:
    return {"B": base64.b64encode(value).decode()}


class RandomTables:
    """Three tables, whose sort keys are text, numbers and bytes, and what is done to them. One seed, one story."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.kinds = {"TextKeys": "S", "NumberKeys": "N", "ByteKeys": "B"}

    def definitions(self) -> list[Request]:
        return [self._definition(name, kind) for name, kind in self.kinds.items()]

    def _definition(self, name: str, kind: str) -> Request:
        kinds = {"pk": "S", "sk": kind, "group": "S", "text": "S", "number": "N", "bytes": "B"}
        indexes = [
            {
                "IndexName": index,
                "KeySchema": schema(*keys),
                "Projection": PROJECTIONS.get(index, {"ProjectionType": "ALL"}),
            }
            for index, keys in INDEXES.items()
            if index
        ]
        return {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in kinds.items()],
            "KeySchema": schema("pk", "sk"),
            "GlobalSecondaryIndexes": [index for index in indexes if index["IndexName"] != "local"],
            "LocalSecondaryIndexes": [index for index in indexes if index["IndexName"] == "local"],
        }

    def write(self) -> tuple[str, Request]:
        """(ministack's handler, request) of one write; some of them move items between partitions."""
        table, chance = self._chance.choice(list(self.kinds)), self._chance.random()
        if chance < 0.5:
            return "_put_item", {"TableName": table, "Item": self._item(table)}
        if chance < 0.7:
            return "_delete_item", {"TableName": table, "Key": self._key(table)}
        if chance < 0.85:
            update = {"UpdateExpression": "SET #group = :g, #number = :n REMOVE #text", "Key": self._key(table)}
            names = {f"#{name}": name for name in ("group", "number", "text")}
            values = {":g": text(self._chance.choice("UV")), ":n": self._value("N")}
            update |= {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
            return "_update_item", {"TableName": table} | update
        puts = [{"PutRequest": {"Item": self._item(table)}} for _ in range(8)]
        return "_batch_write_item", {"RequestItems": {table: puts}}

    def query(self) -> Request:
        """A Query in one of all the forms, with and without each option."""
        table, index = self._chance.choice(list(self.kinds)), self._chance.choice(list(INDEXES))
        partition, sort = INDEXES[index]
        values = {":p": text(self._chance.choice("PQ" if partition == "pk" else "UV"))}
        condition = self._chance.choice(["#p = :p", ":p = #p"])
        names = {"#p": partition}
        if sort and self._chance.random() < 0.65:
            names["#s"] = sort
            second = self._sort_condition(self._kind(table, sort), sort == "sk", values)
            condition = self._chance.choice([f"{condition} AND {second}", f"({second}) and ({condition})"])
        request = {"TableName": table, "KeyConditionExpression": condition, "ExpressionAttributeNames": names}
        request |= {"IndexName": index} if index else {}
        request |= self._options(values)
        return request | {"ExpressionAttributeValues": values}

    def scan(self) -> Request:
        request: Request = {"TableName": self._chance.choice(list(self.kinds))}
        request |= self._perhaps(0.7, "Limit", [1, 10, 100, 5_000])
        if self._chance.random() < 0.3:
            request |= {"FilterExpression": "x > :f", "ExpressionAttributeValues": {":f": number(2)}}
        return request

    def perhaps(self, chance: float) -> bool:
        return self._chance.random() < chance

    def _kind(self, table: str, attribute: str) -> str:
        return {"sk": self.kinds[table], "text": "S", "number": "N", "bytes": "B"}[attribute]

    def _sort_condition(self, kind: str, own: bool, values: Request) -> str:
        first, second = (self._sort_key(kind) if own else self._value(kind) for _ in range(2))
        operator = self._chance.choice(["=", "<", "<=", ">", ">=", "BETWEEN", "begins_with", "turned"])
        values[":a"] = first
        if operator == "BETWEEN":
            values[":b"] = second
            return "#s BETWEEN :a AND :b"
        if operator == "begins_with":
            if kind == "S":
                values[":a"] = text(first["S"][: self._chance.randrange(1, 4)])
            return "begins_with(#s, :a)"
        if operator == "turned":
            return f":a {self._chance.choice(['<', '<=', '>', '>='])} #s"
        return f"#s {operator} :a"

    def _options(self, values: Request) -> Request:
        options = self._perhaps(0.3, "FilterExpression", ["x > :f", "x = :f", "attribute_exists(pk)"])
        if ":f" in options.get("FilterExpression", ""):
            values[":f"] = number(self._chance.randrange(5))
        options |= self._perhaps(0.7, "Limit", [1, 2, 5, 20, 50, 500])
        options |= self._perhaps(0.5, "ScanIndexForward", [True, False])
        options |= self._perhaps(0.2, "ReturnConsumedCapacity", ["INDEXES", "TOTAL"])
        options |= self._perhaps(0.15, "Select", ["COUNT"])
        return options if "Select" in options else options | self._perhaps(0.1, "ProjectionExpression", ["pk, x"])

    def _perhaps(self, chance: float, name: str, values: list[Any]) -> Request:
        return {name: self._chance.choice(values)} if self._chance.random() < chance else {}

    def _key(self, table: str) -> Request:
        return {"pk": text(self._chance.choice("PQ")), "sk": self._sort_key(self.kinds[table])}

    def _sort_key(self, kind: str) -> dict[str, str]:
        makers: dict[str, Callable[[], dict[str, str]]] = {
            "S": lambda: text(f"{self._chance.choice('abc')}{self._chance.randrange(400):03}"),
            "N": lambda: number(
                self._chance.choice([self._chance.randrange(-300, 300), self._chance.randrange(900) / 100])
            ),
            "B": lambda: binary(self._chance.randbytes(2)),
        }
        return makers[kind]()

    def _value(self, kind: str) -> dict[str, str]:
        makers: dict[str, Callable[[], dict[str, str]]] = {
            "S": lambda: text(self._chance.choice(WORDS) + self._chance.choice(["", str(self._chance.randrange(40))])),
            "N": lambda: number(self._chance.choice([self._chance.randrange(-20, 20), self._chance.choice(NUMBERS)])),
            "B": lambda: binary(bytes(self._chance.choices([0, 1, 255, 97, 98], k=self._chance.randrange(1, 4)))),
        }
        return makers[kind]()

    def _item(self, table: str) -> Request:
        item = self._key(table) | {
            "x": number(self._chance.randrange(5)),
            "pad": text("y" * self._chance.randrange(60)),
        }
        attributes = {"group": text(self._chance.choice("UV"))}
        attributes |= {name: self._value(self._kind(table, name)) for name in ("text", "number", "bytes")}
        return item | {name: value for name, value in attributes.items() if self._chance.random() < 0.85}


def places(items: list[Request]) -> list[tuple[str, str]]:
    return [(item["pk"]["S"], json.dumps(item["sk"])) for item in items]
