"""The rows of a CSV file within limits. Each limit is checked while reading, before a row costs more than its bytes."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, TextIOWrapper
from typing import Final, Self

from data.core.errors import InvalidInput
from data.imports.file_encoding import Encoding

SEPARATORS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}
NAMED: Final = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)  # a first line that Excel writes and obeys
MOST_COLUMNS: Final = 200
WIDEST: Final = 16_384  # columns of the widest sheet of Excel and LibreOffice, which may save the empty ones too
MOST_CHARACTERS: Final = 1_000_000  # of one row
MOST_PHYSICAL_LINES: Final = 1_100_000  # also empty ones: a full sheet of Excel has 1,048,576
MOST_EMPTY: Final = 1_000  # lines above the header
NO_HEADER: Final = f"The first {MOST_EMPTY:,} lines are empty. Delete them and upload the file again."


class Text:
    """The text of a file, as often as it is needed, without a copy of all of it in memory."""

    def __init__(self, body: bytes, encoding: Encoding) -> None:
        self._body, self._encoding = body, encoding
        named = NAMED.match(self._open().readline(len("sep=,\r\n")))
        self.skipped = 1 if named else 0
        self.separator = named[1] if named else None

    def rows(self, separator: str) -> Iterator[tuple[int, list[str]]]:
        """Each row that has text, with the number of its first line. Raises InvalidInput where a limit is exceeded."""
        lines, found = _Lines(self._open(), self.skipped), False
        try:
            for row in csv.reader(lines, delimiter=separator, strict=True):
                cells = _narrowed(row, lines.row_start)
                if _has_text(cells):
                    found = True
                    yield lines.row_start, cells
                elif not found and lines.row_start >= MOST_EMPTY:
                    raise InvalidInput({"": NO_HEADER})
                lines.end_row()
        except csv.Error as error:
            raise InvalidInput({"": _unreadable(lines.row_start, str(error))}) from None

    def header(self, separator: str) -> list[str]:
        """The first row that has text or is too wide, for a guess of the separator; empty if it cannot be read."""
        lines = _Lines(self._open(), self.skipped)
        try:
            for row in csv.reader(lines, delimiter=separator):
                if len(row) > MOST_COLUMNS or _has_text(row):
                    return row[: MOST_COLUMNS + 1]
                if lines.row_start >= MOST_EMPTY:
                    break
                lines.end_row()
        except (csv.Error, InvalidInput):
            pass
        return []

    def _open(self) -> TextIOWrapper:
        return TextIOWrapper(BytesIO(self._body), self._encoding.codec, newline="")


class _Lines:
    """Lines for csv.reader. The row that is being read begins at `row_start`."""

    def __init__(self, text: TextIOWrapper, skipped: int) -> None:
        self._text, self._number, self._characters = text, skipped, 0
        self.row_start = skipped + 1
        if skipped:
            text.readline()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_CHARACTERS + 1)
        if not line:
            raise StopIteration
        self._number += 1
        self._characters += len(line)
        if self._characters > MOST_CHARACTERS:
            raise InvalidInput({"": _too_long(line, self.row_start)})
        if self._number > MOST_PHYSICAL_LINES:
            raise InvalidInput(
                {"": f"The file has more than {MOST_PHYSICAL_LINES:,} lines. Delete the empty ones or split the file."}
            )
        return line

    def end_row(self) -> None:
        self.row_start, self._characters = self._number + 1, 0


def _has_text(cells: Iterable[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _narrowed(row: list[str], line: int) -> list[str]:
    """The cells of a row. Empty ones at its end do not count, because spreadsheet programs write them."""
    if len(row) <= MOST_COLUMNS:
        return row
    used = next((number for number in range(len(row), 0, -1) if row[number - 1].strip()), 0)
    if used > MOST_COLUMNS or len(row) > WIDEST:
        raise InvalidInput({"": _too_wide(line, f"{len(row):,}")})
    return row[:used]


def _too_wide(line: int, columns: str) -> str:
    return (
        f"Line {line} has {columns} columns; at most {MOST_COLUMNS} can be read."
        " Delete the columns that are empty or not needed and upload the file again."
    )


def _too_long(start: str, line: int) -> str:
    """What is wrong with a row that is too long, of whose last line this is the start."""
    columns = max(map(start.count, SEPARATORS))
    if columns > WIDEST:
        return _too_wide(line, f"more than {columns:,}")
    return f"Line {line} has more than {MOST_CHARACTERS:,} characters. Is a quote not closed, or a line break missing?"


def _unreadable(line: int, error: str) -> str:
    if "limit" in error:
        return f"Line {line} has a cell of more than {csv.field_size_limit():,} characters. Is a quote not closed?"
    return f"The quotes of line {line} are not in order. Close each quoted cell, and write a quote within it twice."
