"""The largest file of users: each kind of line in a dry run, and a file applied row by row as it was shown."""

from collections import Counter
from functools import partial

from benchmarks.result import Result
from benchmarks.soak.part import Part, scaled
from benchmarks.soak.proofs import proof

LINES = 100_000
LEAST = 200  # a hundred of them are people who are there, and doubles
TESTS = "tests/imports/test_import.py"
APPLIED = f"{TESTS}::test_each_row_becomes_just_what_was_shown"
CHECKED = f"{TESTS}::test_a_dry_run_finds_all_kinds_of_lines"


def part(scale: float) -> Part:
    lines = max(LEAST, scaled(LINES, scale))
    chunks = {
        "file": proof(APPLIED, IMPORT_LINES=str(lines)),
        "dry run": proof(CHECKED, IMPORT_DRY_RUN_LINES=str(lines)),
    }
    return Part(chunks, partial(results, lines=lines))


def results(total: Counter[str], *, lines: int) -> list[Result]:
    """The test holds each stored person to the row of the plan that made them so."""
    return [
        Result("lines of one file, each done as it was shown", total["lines"], "", lines, least=True),
        Result("lines of one dry run, of all kinds", total["checked"], "", lines, least=True),
    ]
