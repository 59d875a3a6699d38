"""Twelve at once, again and again: the last admin, the taken e-mail, the link that works once, the audit's chains.

And a long audit trail, in which a few records were tampered with.
"""

from collections import Counter
from functools import partial

from benchmarks.result import Result
from benchmarks.soak.part import Part, scaled, split
from benchmarks.soak.proofs import proof

ROUNDS, AT_A_TIME = 1_000, 100
RECORDS = 10_000
TRAIL = "tests/audit/test_races.py"
FILES = ("tests/users/test_races.py", "tests/authentication/test_races.py")


def part(scale: float) -> Part:
    rounds = split(scaled(ROUNDS, scale), AT_A_TIME)
    chunks = {f"{file} {n}": proof(file, RACE_ROUNDS=str(count)) for n, count in enumerate(rounds, 1) for file in FILES}
    records = max(100, scaled(RECORDS, scale))
    chunks[TRAIL] = proof(TRAIL, AUDIT_RECORDS=str(records))
    return Part(chunks, partial(results, rounds=sum(rounds), records=records))


def results(total: Counter[str], *, rounds: int, records: int) -> list[Result]:
    """Each race counts its rounds under its own words."""
    trail = Result(
        "audit records, the six that were tampered with named", total["trail: records"], "", records, least=True
    )
    return [trail] + [
        Result(f"rounds of twelve at once: {name.removeprefix('race: ')}", count, "", rounds, least=True)
        for name, count in sorted(total.items())
        if name.startswith("race: ")
    ]
