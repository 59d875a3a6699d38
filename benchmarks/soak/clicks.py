"""Fifty people clicking once a second for ten minutes over many pages: nothing breaks, and memory stays flat."""

import json
import sys
from collections import Counter
from functools import partial

from benchmarks.result import Result
from benchmarks.soak.children import ran
from benchmarks.soak.crowd import PROCESSES
from benchmarks.soak.part import Broken, Counts, Part, scaled

PEOPLE, SECONDS = 50, 600
FLAT = 1.0  # MB a minute, after the first fifth of the time: a leak of a page's output would be a hundred times that


def part(scale: float) -> Part:
    """One chunk: whether memory is flat can only be seen in one go."""
    seconds = max(20, scaled(SECONDS, scale))
    return Part({f"{PEOPLE} people, {seconds} s": partial(crowded, seconds)}, results, at_once=1)


def crowded(seconds: int) -> Counts:
    """What a crowd met, in a process of its own that ends what it started. Raises Broken."""
    line = [sys.executable, "-m", "benchmarks.soak.crowd", str(PEOPLE), str(seconds)]
    done = ran(line)
    if done.returncode:
        raise Broken(f"{' '.join(line[1:])} ended with {done.returncode}")
    counts: Counts = json.loads(done.stdout.splitlines()[-1])
    return counts


def results(total: Counter[str]) -> list[Result]:
    what = f"{PEOPLE} people clicking once a second over seven pages"
    return [
        Result(f"{what}: clicks", total["clicks"], ""),
        Result("clicks that did not end in a whole page", total["broken"], "", 0),
        Result("errors in the log", total["errors"], "", 0),
        Result.value("p50 of a click", total["p50"], "ms"),
        Result.value("p95 of a click", total["p95"], "ms"),
        *(Result(f"memory of the {name}: growth", total[f"{name} growth"], "MB/min", FLAT) for name in PROCESSES),
        *(Result.value(f"memory of the {name} at the end", total[f"{name} memory"], "MB") for name in PROCESSES),
    ]
