"""A CSV file of people, from bytes to lines: its alphabet, its separator, its heads. What is wrong is said by line."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Final

from data.errors import InvalidInput
from data.imports.models import FIELDS, HEADS, MOST_BYTES, MOST_LINES, OURS, UNUSED, WHO, Line, Sheet
from data.spreadsheets import restored
from data.text import shown

SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
TOLD: Final = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)  # a first line that Excel writes, and heeds
UTF8: Final = "UTF-8"
UTF16: Final = "UTF-16"
WINDOWS: Final = "Windows-1252"
WIDE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")  # a letter of several bytes, as UTF-8 has them
HIGH: Final = re.compile(rb"[\x80-\xff]+")
PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # workbooks, new and old
AGAIN: Final = "Save the file as “CSV UTF-8” and choose it again."
_KNOWN: Final = {re.sub(r"[\W_]", "", head.casefold()): name for name in FIELDS for head in (*HEADS[name], name)}


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands in each column; "" for one that is not read. `ours`: whether the file was made here."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    unused: tuple[str, ...]
    ours: bool


def read(body: bytes) -> Sheet:
    """The lines of a file. Raises InvalidInput with one sentence that says where, and how to put it right."""
    text, encoding = _decoded(body)
    if "\0" in text:
        raise _refused(f"Line {_line(text[: text.index(chr(0))])} holds what is no text. {AGAIN}")
    told = TOLD.match(text)
    first = text[told.end() :] if told else text
    separator = told[1] if told else max(SEPARATORS, key=lambda one: _fit(_first(first, one)))
    head = _head(_first(first, separator))
    lines = tuple(_lines(first, separator, head, skipped=1 if told else 0))
    if not lines:
        raise _refused("There is no line under the heads. Write one person a line.")
    columns = tuple(name for name in FIELDS if name in head.columns)
    return Sheet(lines, columns, head.unknown, head.unused, encoding, SEPARATORS[separator])


def _refused(words: str) -> InvalidInput:
    return InvalidInput({"": words})


def _line(before: str) -> int:
    """The line on which what follows this text stands."""
    return before.count("\n") + 1


def _decoded(body: bytes) -> tuple[str, str]:
    """The text, and the alphabet it was written in."""
    if len(body) > MOST_BYTES:
        raise _refused(f"The file has more than {MOST_BYTES >> 20} MB. Split it into several.")
    if body.startswith(PACKED):
        raise _refused(f"This is a workbook and no CSV file. {AGAIN}")
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as(body, "utf-16", UTF16), UTF16
    if body.startswith(codecs.BOM_UTF8):
        return _as(body, "utf-8-sig", UTF8), UTF8
    try:
        return body.decode(), UTF8
    except UnicodeDecodeError:
        wide = sum(map(len, WIDE.findall(body)))
        if 2 * wide > sum(map(len, HIGH.findall(body))):  # UTF-8 that was damaged; as Windows-1252 it were gibberish
            return _as(body, "utf-8", UTF8), UTF8
        return _as(body, "cp1252", WINDOWS), WINDOWS


def _as(body: bytes, codec: str, name: str) -> str:
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(codec, "ignore")
        raise _refused(f"Line {_line(before)} has a character that is not {name}. {AGAIN}") from None


def _first(text: str, separator: str) -> list[str]:
    """The cells of the first line that has any."""
    try:
        return next((row for row in csv.reader(StringIO(text, newline=""), delimiter=separator) if any(row)), [])
    except csv.Error:
        return []


def _fit(heads: list[str]) -> tuple[int, int]:
    """How well a separator divides the heads: into how many that we know, and into how many at all."""
    return sum(_plain(head) in _KNOWN for head in heads), len(heads)


def _plain(head: str) -> str:
    """As heads are compared: neither capitals nor blanks nor dashes matter."""
    return re.sub(r"[\W_]", "", head.casefold())


def _head(heads: list[str]) -> _Head:
    plain = [_plain(restored(head)) for head in heads]
    columns = [_KNOWN.get(head, "") for head in plain]
    unused = {number for number, head in enumerate(plain) if head in map(_plain, UNUSED)}
    if "managerid" in plain and "manager" in plain:  # the export has the id, and the name for those who read
        columns[plain.index("manager")] = ""
        unused.add(plain.index("manager"))
    if not any(columns):
        raise _refused(
            f"The first line has none of the heads that are read: {', '.join(_words(name) for name in FIELDS)}."
        )
    for name in filter(None, columns):
        if columns.count(name) > 1:
            twice = [head.strip() for head, column in zip(heads, columns, strict=True) if column == name]
            raise _refused(f"{' and '.join(twice)} mean the same. Keep one of these columns.")
    if not set(columns) & set(WHO):
        needed = " or ".join(_words(name) for name in WHO)
        raise _refused(f"No column says who is meant. Add a column {needed}.")
    there = [(shown(head), number) for number, head in enumerate(heads) if shown(head) and not columns[number]]
    unknown = tuple(head for head, number in there if number not in unused)
    written = {head.strip() for head in heads}
    ours = any(one <= written for one in OURS)
    return _Head(tuple(columns), unknown, tuple(head for head, number in there if number in unused), ours)


def _words(name: str) -> str:
    return HEADS[name][0]


def _lines(text: str, separator: str, head: _Head, *, skipped: int) -> Iterator[Line]:
    """The lines below the heads, each under the number of the line it begins on; empty ones are left out."""
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    began, heads, found = 1 + skipped, True, 0
    try:
        for row in rows:
            number, began = began, rows.line_num + 1 + skipped
            if not any(cell.strip() for cell in row):
                continue
            if heads:
                heads = False
                continue
            found += 1
            if found > MOST_LINES:
                raise _refused(f"There are more than {MOST_LINES:,} lines. Split the file into several.")
            yield _filled(number, row, head)
    except csv.Error as error:
        raise _refused(_unreadable(began, str(error))) from None


def _filled(number: int, row: list[str], head: _Head) -> Line:
    cells = [restored(cell, ours=head.ours).strip() for cell in row]
    texts = ((name, cell) for name, cell in zip(head.columns, cells, strict=False) if name)
    surplus = cells[len(head.columns) :]
    while surplus and not surplus[-1]:
        surplus.pop()
    return Line(number, {name: text for name, text in texts if text}, tuple(surplus))


def _unreadable(line: int, error: str) -> str:
    if "limit" in error:
        return f"Line {line} has a cell of more than {csv.field_size_limit():,} characters. Is a quote not closed?"
    return f"The quotes of line {line} are not in order. Close each quoted cell, and write a quote within it twice."
