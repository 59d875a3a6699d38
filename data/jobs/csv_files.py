"""Rows for spreadsheet programs, which run as a formula whatever looks like one."""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO, Any, Final, Protocol

# After blanks, also invisible ones; the full-width forms, which programs read as the plain ones; tabs and returns.
BLANKS: Final = "\\s\\x00-\\x20\u200b-\u200f\u2060\ufeff"
SIGN: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]"
FORMULA: Final = re.compile(f"[{BLANKS}]*{SIGN}|[\\t\\r\\n]")
# Where a program begins a cell whose separator is none of ours: it heeds no quote but one with which a cell begins, and
# so takes a break of lines for the end of the row. The apostrophes that stand there, before a sign.
WITHIN: Final = re.compile(f"([;|\\t\\r\\n])('*)(?=(?:(?![\\t\\r\\n])[{BLANKS}\"])*{SIGN})")
BOM: Final = "\ufeff"  # without it, Excel reads UTF-8 as the local alphabet


class Rows(Protocol):
    def write(self, cells: Iterable[object]) -> None: ...


class _Rows:
    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file)

    def write(self, cells: Iterable[object]) -> None:
        self._writer.writerow([safe("" if cell is None else str(cell)) for cell in cells])


@contextmanager
def rows_into(file: IO[bytes]) -> Iterator[Rows]:
    """Write rows into `file` within the block: CSV in UTF-8, no cell of which is a formula. The file stays open."""
    text = TextIOWrapper(_binary(file), "utf-8", newline="")
    try:
        text.write(BOM)
        yield _Rows(text)
        text.flush()
    finally:
        text.detach()


def safe(text: str) -> str:
    """`text` as a cell that is shown and never run: with an apostrophe in front where it looks like a formula.

    Also where a part of it would, to a program that separates cells by something else than we do. What has such an
    apostrophe of its own gets another, so that `restored` tells them apart.
    """
    text = WITHIN.sub(lambda found: f"{found[1]}'{found[2]}", text)  # faster than with a template
    return f"'{text}" if FORMULA.match(text.lstrip("'")) else text


def restored(cell: str, *, ours: bool = True) -> str:
    """The text of which `safe` made this cell.

    Of a file that is not `ours` an apostrophe in front of a formula goes alone, as people write it there for their
    program; what stands within the cell is theirs.
    """
    text = cell[1:] if cell.startswith("'") and FORMULA.match(cell.lstrip("'")) else cell
    return WITHIN.sub(lambda found: found[1] + found[2][1:], text) if ours else text


def _binary(file: IO[bytes]) -> Any:
    return getattr(file, "file", file)  # a temporary file wraps the real one
