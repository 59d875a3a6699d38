"""Measures, and writes what it measured.   python -m benchmarks [reruns | clicking ...]"""

import sys
import time
from importlib import import_module

from benchmarks import figures
from benchmarks.record import record

NAMES = (
    *("reruns", "clicking", "first_paint", "queries", "engine", "first_page", "cache", "memory", "processes"),
    *("lists", "imports"),
)


def main(parts: list[str]) -> int:
    """Measure `parts`, all where none is named; 2 where one of them is no part."""
    if unknown := [part for part in parts if part not in NAMES]:
        print(f"There is no part {', '.join(unknown)}. The parts are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    for part in parts or NAMES:
        began = time.monotonic()
        results = import_module(f"benchmarks.{part}").run()
        for result in results:
            print(f"{result.name}: {result.figure} {result.unit} {result.met}", flush=True)
        record("bench", part, results, time.monotonic() - began)
        figures.main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
