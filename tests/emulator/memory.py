"""What a process holds in memory, and by how much that grows meanwhile, in megabytes.

Files that are mapped do not count: the system takes their pages back whenever it needs them.
"""

import re
import threading
from pathlib import Path
from typing import Self

EVERY_SECONDS = 0.005


class Peak:
    """`with Peak(pid) as peak: ...`, and then `peak.growth`: the most above what it was before."""

    growth = 0.0

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._keep)

    def __enter__(self) -> Self:
        self._before = self.held
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    @property
    def held(self) -> float:
        return int(re.search(r"RssAnon:\s+(\d+)", self._status.read_text())[1]) / 1024

    def _keep(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.growth = max(self.growth, self.held - self._before)
