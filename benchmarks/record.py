"""results.json: for each part what it measured last, when, where, how long it took, and on which commit."""

import json
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from benchmarks.result import Result

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results.json")
KEPT = Path(__file__).with_name(".kept")  # what takes long to make or to do, from one run to the next
# Files that a measurement writes: they must not make the next part look like another commit.
WRITTEN = (":!benchmarks/results.json", ":!README.md", ":!docs/benchmarks.md")
Kind = Literal["bench", "soak"]


def record(kind: Kind, part: str, results: Sequence[Result], seconds: float) -> None:
    """Put `results` in the place of what `part` measured before."""
    stored = recorded()
    stored[kind][part] = {
        "command": f"make {kind} PART={part}",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit(),
        "cores": os.cpu_count(),
        "seconds": round(seconds),
        "figures": [
            {"name": one.name, "figure": one.figure, "unit": one.unit, "aim": one.aim, "met": one.met}
            for one in results
        ],
    }
    fresh = RESULTS.with_suffix(".new")
    fresh.write_text(json.dumps(stored, indent=2, ensure_ascii=False) + "\n")
    fresh.replace(RESULTS)


def recorded() -> dict[Kind, dict[str, Any]]:
    """What was measured last: kind → part → what `record` wrote."""
    return json.loads(RESULTS.read_text())


def commit() -> str:
    """The commit that is checked out, with a `+` where files differ from it."""
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *WRITTEN)
    return _git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def _git(*words: str) -> str:
    line = ["git", *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
