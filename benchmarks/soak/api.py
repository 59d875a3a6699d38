"""The API against its own description, with requests of many seeds; and what has broken other pages, in Chromium."""

from collections import Counter
from functools import partial

from benchmarks.result import Result
from benchmarks.soak.part import Part, scaled, split
from benchmarks.soak.proofs import proof

REQUESTS, PER_SEED = 50_000, 2_500


def part(scale: float) -> Part:
    seeds = split(scaled(REQUESTS, scale), PER_SEED)
    chunks = {
        f"seed {seed}": proof("tests/security/test_api_contract.py", API_REQUESTS=str(count), API_SEED=str(seed))
        for seed, count in enumerate(seeds, 1)
    }
    chunks |= {"naughty strings": proof("tests/security/test_naughty_strings.py", PROOFS="long")} if scale == 1 else {}
    return Part(chunks, partial(results, requests=sum(seeds)))


def results(total: Counter[str], *, requests: int) -> list[Result]:
    return [
        Result("generated requests to the API, answered as described", total["requests"], "", requests, least=True),
        Result("of them answered 5xx", total["5xx"], "", 0),
        Result("texts that broke other pages, shown in Chromium as typed", total["strings"], ""),
    ]
