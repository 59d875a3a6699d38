"""Key conditions as ranges: which part of a sorted partition a Query asks for."""
# ruff: noqa: SLF001 - the names are those of ministack

from dataclasses import dataclass
from typing import Any, Final

import ministack.services.dynamodb as ddb

Key = tuple[Any, ...]
Token = tuple[str, str]
PUNCTUATION: Final = {"LPAREN", "RPAREN", "COMMA"}
TURNED: Final = {"LT": "GT", "LE": "GE", "GT": "LT", "GE": "LE", "EQ": "EQ"}
LAST_BYTE, LAST_CHARACTER = 0xFF, 0x10FFFF


class Unusual(Exception):
    """A form that ministack answers itself, or whose error is its to word."""


class _Top:
    """Greater than any value of a key, whatever its type."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


TOP: Final = _Top()


@dataclass(frozen=True, slots=True)
class Condition:
    attribute: str
    operator: str
    values: tuple[dict[str, Any], ...]


def conditions(request: dict[str, Any]) -> dict[str, Condition]:
    """The condition on each key attribute. Raises Unusual."""
    names = request.get("ExpressionAttributeNames") or {}
    values = request.get("ExpressionAttributeValues") or {}
    found: dict[str, Condition] = {}
    for clause in ddb._key_condition_clauses(ddb._tokenize(request["KeyConditionExpression"])):
        condition = _condition([token for token in clause if token[0] not in PUNCTUATION], names, values)
        if condition.attribute in found:
            raise Unusual
        found[condition.attribute] = condition
    return found


def _condition(tokens: list[Token], names: dict[str, str], values: dict[str, Any]) -> Condition:
    shape = ["NAME" if kind in ("IDENT", "NAME_REF") else kind for kind, _ in tokens]
    given = tuple(values[text] for kind, text in tokens if kind == "VALUE_REF")

    def name(position: int) -> str:
        kind, text = tokens[position]
        return names[text] if kind == "NAME_REF" else text

    match shape:
        case ["NAME", operator, "VALUE_REF"] if operator in TURNED:
            return Condition(name(0), operator, given)
        case ["VALUE_REF", operator, "NAME"] if operator in TURNED:
            return Condition(name(2), TURNED[operator], given)
        case ["NAME", "NAME", "VALUE_REF"] if tokens[0][1].lower() == "begins_with":
            return Condition(name(1), "begins_with", given)
        case ["NAME", "NAME", "VALUE_REF", "NAME", "VALUE_REF"] if tokens[1][1].upper() == "BETWEEN":
            return Condition(name(0), "between", given)
    raise Unusual


def bounds(operator: str, values: list[Any]) -> tuple[Key | None, Key | None]:
    """The lowest and the highest key of a condition; keys are tuples that begin with the sort value."""
    value = values[0]
    if operator == "between":
        return (value,), (values[1], TOP)
    if operator == "begins_with":
        after = _after(value)
        return (value,), None if after is None else (after,)
    below, with_it = (value,), (value, TOP)
    return {
        "EQ": (below, with_it),
        "LT": (None, below),
        "LE": (None, with_it),
        "GT": (with_it, None),
        "GE": (below, None),
    }[operator]


def _after(prefix: Any) -> Any:
    """The smallest value above every value that begins with `prefix`, or None if there is none."""
    while prefix:
        last = ord(prefix[-1:])
        if isinstance(prefix, bytes) and last < LAST_BYTE:
            return prefix[:-1] + bytes([last + 1])
        if isinstance(prefix, str) and last < LAST_CHARACTER:
            return prefix[:-1] + chr(last + 1)
        prefix = prefix[:-1]
    return None
