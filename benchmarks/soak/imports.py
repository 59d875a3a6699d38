"""The largest file of people there may be: looked into, applied, and row by row what was shown."""

from collections import Counter
from functools import partial

from benchmarks.result import Result
from benchmarks.soak.part import Part, scaled
from benchmarks.soak.proofs import proof

LINES = 100_000
LEAST = 200  # a hundred of them are people who are there, and doubles
FILE = "tests/imports/test_import.py::test_two_thousand_rows_become_just_what_was_shown"


def part(scale: float) -> Part:
    lines = max(LEAST, scaled(LINES, scale))
    return Part({"file": proof(FILE, IMPORT_LINES=str(lines))}, partial(results, lines=lines))


def results(total: Counter[str], *, lines: int) -> list[Result]:
    """The test holds each stored person to the row of the plan that made them so."""
    return [Result("lines of one file, each done as it was shown", total["lines"], "", lines, least=True)]
