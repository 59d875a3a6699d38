"""Chunks that are tests of ours with larger counts: the same code that `make test` runs in short."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks.soak.children import ran
from benchmarks.soak.part import Broken, Counts

NO_COUNT = "hypothesis-"  # it puts its own story among the properties
SHOWN = 6_000  # characters of what a failed run said last


def proof(*tests: str, **environ: str) -> Callable[[], Counts]:
    """A run of `tests` under `environ`, to be made later."""
    return partial(proved, tests, environ)


def proved(tests: Sequence[str], environ: Mapping[str, str]) -> Counts:
    """The sums of what the tests counted by `record_property`. Raises Broken unless all of them ran and passed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = [
            "-p",
            "no:cacheprovider",
            f"--basetemp={folder}/tests",
            f"--junitxml={report}",
            "-o",
            "junit_family=xunit1",
        ]
        line = [sys.executable, "-m", "pytest", *options, *tests]
        done = ran(line, env=os.environ | environ, stderr=subprocess.STDOUT)
        if done.returncode:
            given = " ".join(f"{name}={value}" for name, value in environ.items())
            raise Broken(f"{given} pytest {' '.join(tests)}\n{done.stdout[-SHOWN:]}")
        return counted(report)


def counted(report: Path) -> Counts:
    """The sums of all properties in a report, and of its `tests`. Raises Broken where a test was skipped."""
    tree = ET.parse(report)  # noqa: S314 - written by our own pytest
    sums: Counter[str] = Counter()
    for found in tree.iter("property"):
        if not found.attrib["name"].startswith(NO_COUNT):
            sums[found.attrib["name"]] += float(found.attrib["value"])
    for suite in tree.iter("testsuite"):
        sums["tests"] += int(suite.attrib["tests"])
        if int(suite.attrib["skipped"]):
            raise Broken(f"{suite.attrib['skipped']} tests were skipped, which proves nothing")
    return {name: int(count) if count == int(count) else count for name, count in sums.items()}
