"""Parts that are tests marked `soak`: `make test` leaves them out, because each starts and kills processes."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from benchmarks.result import Result
from benchmarks.soak.part import Part
from benchmarks.soak.proofs import proof


def long_tests(name: str, files: Sequence[str]) -> Part:
    """A part that runs the marked tests of `files`; each file is a chunk, and fails if it has none."""
    return Part({file: proof("-m", "soak", file) for file in files}, partial(results, name))


def results(name: str, total: Counter[str]) -> list[Result]:
    return [Result(name, total["tests"], "")]
