"""kill -9 of the engine under concurrent writes, its answers beside those of what it stands on, a large upload."""

from collections import Counter
from functools import partial

from benchmarks.result import Result
from benchmarks.soak.part import Part, scaled, split
from benchmarks.soak.proofs import proof

KILLS, AT_A_TIME, WAYS = 500, 10, 3  # killed are: the engine, its owner, the engine under a supervisor
QUERIES, PER_SEED = 5_000, 500
MEGABYTES = 504
LEAST_QUERIES = 300  # fewer do not meet every kind of answer, and the test says so


def part(scale: float) -> Part:
    rounds = split(-(-scaled(KILLS, scale) // WAYS), AT_A_TIME)
    queries = split(max(LEAST_QUERIES, scaled(QUERIES, scale)), PER_SEED)
    chunks = (
        {
            f"kills {n}": proof("tests/emulator/test_kills.py", ENGINE_TEST_KILLS=str(kills))
            for n, kills in enumerate(rounds)
        }
        | {
            f"queries {seed}": proof(
                "tests/emulator/test_pages.py",
                ENGINE_TEST_QUERIES=str(count),
                ENGINE_TEST_SEED=str(seed),
            )
            for seed, count in enumerate(queries, 1)
        }
        | {"upload": proof("tests/emulator/test_objects.py", ENGINE_TEST_MEGABYTES=str(MEGABYTES))}
    )
    return Part(chunks, partial(results, kills=sum(rounds) * WAYS, queries=sum(queries)))


def results(total: Counter[str], *, kills: int, queries: int) -> list[Result]:
    """A chunk that passed has lost nothing, so losses stand in the count of chunks that failed."""
    return [
        Result("kill -9 under concurrent writes, nothing acknowledged lost", total["kills"], "", kills, least=True),
        Result("writes acknowledged meanwhile", total["acknowledged"], ""),
        Result("random queries answered as without our pages", total["queries"], "", queries, least=True),
        Result("largest upload, not held in memory", total["megabytes"], "MB", MEGABYTES, least=True),
    ]
