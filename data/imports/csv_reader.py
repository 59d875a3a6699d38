"""A CSV file of people, from bytes to lines: its encoding, its separator, its header. Errors name the line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from data.core.errors import InvalidInput
from data.core.text import shown
from data.imports.file_encoding import detect
from data.imports.models import FIELDS, HEADS, MOST_BYTES, MOST_LINES, OURS, UNUSED, WHO, Line, Sheet
from data.imports.rows import SEPARATORS, Text
from data.jobs.csv_files import restored

MOST_SURPLUS: Final = 500_000  # cells beyond the header, in all lines together
MOST_SHOWN: Final = 80  # characters of a column's name in messages and results


def _plain(name: str) -> str:
    """A column's name as names are compared: without capitals, blanks and dashes."""
    return re.sub(r"[\W_]", "", name.casefold())


_KNOWN: Final = {_plain(name): field for field in FIELDS for name in (*HEADS[field], field)}
_UNUSED: Final = frozenset(map(_plain, UNUSED))


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns of a file by position.

    `fields` are read. `unknown` and `unused` are not, and are named for the user; of columns without a name
    (`unnamed`), those that have values. `ours`: whether this product wrote the file.
    """

    width: int
    fields: tuple[tuple[int, str], ...]
    unknown: dict[int, str]
    unused: tuple[str, ...]
    unnamed: frozenset[int]
    ours: bool


def read(body: bytes) -> Sheet:
    """Return the lines of a file, in time linear in its bytes.

    Raises InvalidInput with one message that names the line and the remedy.
    """
    if len(body) > MOST_BYTES:
        raise _refused(f"The file has more than {MOST_BYTES >> 20} MB. Split it into several.")
    encoding = detect(body)
    text = Text(body, encoding)
    separator = text.separator or max(SEPARATORS, key=lambda one: _fit(text.header(one)))
    rows = text.rows(separator)
    _, names = next(rows, (0, []))
    header = _header(names)
    unnamed: set[int] = set()
    lines = tuple(_lines(rows, header, unnamed))
    if not lines:
        raise _refused("There is no line under the heads. Write one person a line.")
    unknown = header.unknown | {at: f"column {at + 1} (without a name)" for at in unnamed}
    read_fields = {field for _, field in header.fields}
    return Sheet(
        lines=lines,
        columns=tuple(field for field in FIELDS if field in read_fields),
        unknown=tuple(name for _, name in sorted(unknown.items())),
        unused=header.unused,
        encoding=encoding.name,
        separator=SEPARATORS[separator],
    )


def _refused(words: str) -> InvalidInput:
    return InvalidInput({"": words})


def _fit(names: list[str]) -> tuple[int, int]:
    """How well a separator divides the header: the number of known columns, and of all columns."""
    return sum(_plain(name) in _KNOWN for name in names), len(names)


def _header(cells: list[str]) -> _Header:
    """Raises InvalidInput if no user can be identified by these columns, or two of them mean the same."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    plain = [_plain(restored(name)) for name in names]
    fields = {at: _KNOWN[name] for at, name in enumerate(plain) if name in _KNOWN}
    unused = {at for at, name in enumerate(plain) if name in _UNUSED}
    if "managerid" in plain and "manager" in plain:  # the export has the id, and the name for readers
        unused.add(plain.index("manager"))
        del fields[plain.index("manager")]
    _check(fields, names)
    rest = [at for at, name in enumerate(names) if name and at not in fields]
    return _Header(
        width=len(names),
        fields=tuple(fields.items()),
        unknown={at: _shown(names[at]) for at in rest if at not in unused},
        unused=tuple(_shown(names[at]) for at in rest if at in unused),
        unnamed=frozenset(at for at, name in enumerate(names) if not name),
        ours=any(one <= set(names) for one in OURS),
    )


def _check(fields: dict[int, str], names: Sequence[str]) -> None:
    if not fields:
        known = ", ".join(_words(field) for field in FIELDS)
        raise _refused(f"The first line has none of the heads that are read: {known}.")
    by_field: dict[str, list[str]] = {}
    for at, field in fields.items():
        by_field.setdefault(field, []).append(_shown(names[at]))
    for same in by_field.values():
        if len(same) > 1:
            raise _refused(f"{same[0]} and {same[1]} mean the same. Keep one of these columns.")
    if not by_field.keys() & set(WHO):
        needed = " or ".join(_words(field) for field in WHO)
        raise _refused(f"No column says who is meant. Add a column {needed}.")


def _shown(name: str) -> str:
    name = shown(name)
    return name if len(name) <= MOST_SHOWN else f"{name[:MOST_SHOWN]}…"


def _words(field: str) -> str:
    return HEADS[field][0]


def _lines(rows: Iterable[tuple[int, list[str]]], header: _Header, unnamed: set[int]) -> Iterator[Line]:
    """The lines below the header. Adds to `unnamed` each column without a name that has a value."""
    surplus, missing = 0, set(header.unnamed)
    for found, (number, row) in enumerate(rows, start=1):
        if found > MOST_LINES:
            raise _refused(f"There are more than {MOST_LINES:,} lines. Split the file into several.")
        line = _line(number, row, header)
        surplus += len(line.surplus)
        if surplus > MOST_SURPLUS:
            raise _refused(
                f"Up to line {number}, {surplus:,} cells are beyond the last column of the header."
                " Name these columns, or quote the cells that contain the separator."
            )
        filled = {at for at in missing if at < len(row) and row[at].strip()}
        unnamed |= filled
        missing -= filled
        yield line


def _line(number: int, row: list[str], header: _Header) -> Line:
    width = len(row)
    texts = ((field, restored(row[at], ours=header.ours).strip()) for at, field in header.fields if at < width)
    while width > header.width and not row[width - 1].strip():
        width -= 1
    surplus = tuple(restored(cell, ours=header.ours).strip() for cell in row[header.width : width])
    return Line(number, {field: text for field, text in texts if text}, surplus)
