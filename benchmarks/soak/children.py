"""The processes of a soak, so that one that is stopped leaves none behind."""

import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.record import ROOT

_running: Final[set["subprocess.Popen[str]"]] = set()


def ran(
    line: Sequence[str], *, env: Mapping[str, str] | None = None, stderr: int | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `line` to its end, or until `end_all`; its output is kept."""
    process = subprocess.Popen(
        line, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True
    )
    _running.add(process)
    try:
        said, _ = process.communicate()
    finally:
        _running.discard(process)
    return subprocess.CompletedProcess(line, process.returncode, said)


def end_all() -> None:
    """Tests under way take their engines with them."""
    for process in tuple(_running):
        process.terminate()
