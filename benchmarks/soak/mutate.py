"""The product with one question after permission left out, one at a time, against the whole table of permissions."""

from collections import Counter

from benchmarks.result import Result
from benchmarks.soak.part import Part, scaled
from benchmarks.soak.proofs import proof

SLICES = 24


def part(scale: float) -> Part:
    chunks = {
        f"slice {n}": proof("tests/security/test_mutants.py", PROOFS="long", MUTANTS=f"{n}/{SLICES}")
        for n in range(scaled(SLICES, scale))
    }
    return Part(chunks, results)


def results(total: Counter[str]) -> list[Result]:
    """One that nobody notices fails its chunk, but for those that are asked twice on the way."""
    return [
        Result("calls of authorise left out, one at a time", total["mutants"], ""),
        Result("of them asked again further on, so that nothing opens", total["asked twice"], ""),
        Result("cells of the table of permissions that turned red", total["red cells"], ""),
    ]
