"""Items with DynamoDB's own types, `{"S": "Maya"}`, and how many bytes they take up.

For looking at what is stored; what the application reads comes through `data.aws.dynamodb`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import reading
from data.aws.tables import Index, Key, Table, marshal

Typed: TypeAlias = Mapping[str, Any]  # one type, and the value in it
TypedItem: TypeAlias = Mapping[str, Typed]  # attribute → its typed value
CONTAINER: Final = 3  # bytes that a list or map takes up, however little is in it
ELEMENT: Final = 1  # bytes more for each of its elements


class TypedItems:
    """Reads items as they are stored. Raises Unavailable, Misconfigured."""

    def __init__(self, clients: Clients, name_of: Callable[[str], str]) -> None:
        self._clients, self._name_of = clients, name_of

    def name(self, table: Table) -> str:
        """What the table is really called."""
        return self._name_of(table.name)

    def find(self, table: Table, key: Key) -> TypedItem | None:
        """As it is now."""
        with reading(table.name):
            answer: Any = call(
                self._clients.dynamodb,
                "get_item",
                table.name,
                TableName=self.name(table),
                Key=marshal(key),
                ConsistentRead=True,
                ReturnConsumedCapacity="TOTAL",
            )
        return answer.get("Item")  # type: ignore[no-any-return]

    def find_in(self, table: Table, index: Index, partition: str) -> tuple[TypedItem, ...]:
        """What an index has in a partition, at most a page of it."""
        with reading(table.name):
            answer: Any = call(
                self._clients.dynamodb,
                "query",
                f"{table.name} {index.name}",
                TableName=self.name(table),
                IndexName=index.name,
                KeyConditionExpression="#partition = :partition",
                ExpressionAttributeNames={"#partition": index.partition},
                ExpressionAttributeValues=marshal({":partition": partition}),
                ReturnConsumedCapacity="TOTAL",
            )
        return tuple(answer["Items"])


def size_of_item(item: TypedItem) -> int:
    """Bytes: names and values together. DynamoDB takes 400 KB for the most.

    By the rules under "DynamoDB item sizes and formats" in the Amazon DynamoDB Developer Guide
    (docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html), which call themselves
    approximate for numbers.
    """
    return sum(size_of_attribute(name, value) for name, value in item.items())


def size_of_attribute(name: str, value: Typed) -> int:
    """Bytes of the name, in UTF-8, and of the value."""
    return len(name.encode()) + size_of_value(value)


def size_of_value(typed: Typed) -> int:  # noqa: PLR0911 - one line per type
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return _size_of_number(value)
        case "B":
            return len(value)
        case "SS" | "NS" | "BS":
            return sum(size_of_value({kind[0]: each}) for each in value)
        case "L":
            return CONTAINER + sum(ELEMENT + size_of_value(each) for each in value)
        case "M":
            return CONTAINER + sum(ELEMENT + size_of_attribute(name, each) for name, each in value.items())
        case _:  # BOOL and NULL
            return 1


def _size_of_number(digits: str) -> int:
    """One byte for two significant digits, and one; zeros at either end are not significant."""
    significant = "".join(map(str, Decimal(digits).as_tuple().digits)).strip("0")
    return (len(significant) + 1) // 2 + 1
