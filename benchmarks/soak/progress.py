"""What is done of a part, in a file, so that a run that was stopped goes on where it was."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.soak.part import Counts


class Progress:
    """The done chunks of one part. What was done on another commit, or of another plan, counts for nothing."""

    def __init__(self, path: Path, *, commit: str, chunks: Sequence[str]) -> None:
        self._path, self._plan = path, {"commit": commit, "chunks": list(chunks)}
        self.done: dict[str, Counts] = {}
        self.seconds = 0.0
        stored = json.loads(path.read_text()) if path.exists() else {}
        if stored.get("plan") == self._plan:
            self.done, self.seconds = stored["done"], stored["seconds"]

    @property
    def left(self) -> list[str]:
        return [name for name in self._plan["chunks"] if name not in self.done]

    @property
    def total(self) -> Counter[str]:
        """The sums of what the chunks counted."""
        total: Counter[str] = Counter()
        for counts in self.done.values():
            total.update(counts)
        return total

    def note(self, name: str, counts: Counts, seconds: float) -> None:
        """`name` is done; the whole part has taken so many seconds, those of earlier runs included."""
        self.done[name], self.seconds = counts, seconds
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"plan": self._plan, "seconds": seconds, "done": self.done}))
        fresh.replace(self._path)

    def forget(self) -> None:
        """The next run begins anew."""
        self._path.unlink(missing_ok=True)
