"""What a process holds in memory, and by how much that grows meanwhile, in megabytes."""

import re
from pathlib import Path
from typing import Self

RESET_PEAK = "5"


class Peak:
    """`with Peak(pid) as peak: ...`, and then `peak.growth`: the most above what it was before."""

    growth = 0.0

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def __enter__(self) -> Self:
        (self._folder / "clear_refs").write_text(RESET_PEAK)
        self._before = self.resident
        return self

    def __exit__(self, *_: object) -> None:
        self.growth = self._read("VmHWM") - self._before

    @property
    def resident(self) -> float:
        return self._read("VmRSS")

    def _read(self, name: str) -> float:
        return int(re.search(rf"{name}:\s+(\d+)", (self._folder / "status").read_text())[1]) / 1024
