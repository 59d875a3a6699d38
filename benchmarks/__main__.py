"""Measures and writes what it measured.   python -m benchmarks [reruns | clicking | first_paint ...]"""

import json
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

NAMES = ("reruns", "clicking", "first_paint")
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    stored = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in sys.argv[1:] or NAMES:
        for result in import_module(f"benchmarks.{name}").run():
            line = {"figure": result.figure, "unit": result.unit, "target": result.target, "met": result.met}
            stored[result.name] = line | {"date": f"{datetime.now(UTC):%Y-%m-%d}", "command": f"make bench PART={name}"}
            print(f"{result.name}: {result.figure} {result.unit} {result.met}", flush=True)
    RESULTS.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n")


main()
