"""The records of a chain that stand in their places, as few of them as it takes to judge the chain.

Records without a gap between them are a run, each held against the one behind it as it came; of a run only the two
ends are kept. So a whole chain takes as much room as two records, in whichever order they come.
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that stands in its place, as little of it as is needed."""

    log_id: str
    at: str
    mac: str = ""
    previous: str = ""
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """From the place `start` to the place `end`, where `first` and `last` stand."""

    start: int
    end: int
    first: Seen
    last: Seen


class Runs:
    """Those of one chain. `limit`: where its head says that it ends, if it can be trusted.

    What lies beyond the limit is in no run, since the head speaks for the last record and not the one behind it.
    """

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.beyond: dict[int, Seen] = {}
        self._runs: list[Run] = []  # by place

    def __bool__(self) -> bool:
        return bool(self._runs or self.beyond)

    @property
    def end(self) -> int:
        """Where the chain ends, as far as is known."""
        return self.limit if self.limit is not None else self._runs[-1].end if self._runs else 0

    def holds(self, sequence: int) -> bool:
        """Whether a record stands there."""
        return sequence in self.beyond or self.run_at(sequence) is not None

    def run_at(self, sequence: int) -> Run | None:
        """The run that the place is in."""
        index = self._index(sequence)
        return self._runs[index - 1] if index and sequence <= self._runs[index - 1].end else None

    def behind(self, sequence: int) -> Seen | None:
        """The record right behind a place where none stands, or behind the limit."""
        run = self.run_at(sequence + 1)
        return run.first if run else self.beyond.get(sequence + 1)

    def place(self, sequence: int, seen: Seen) -> list[tuple[int, Seen]]:
        """Put it where none stands yet. Those, with their places, that are not what the one behind them follows."""
        if self.limit is not None and sequence > self.limit:
            self.beyond[sequence] = Seen(seen.log_id, seen.at)
            return []
        index = self._index(sequence)
        before = self._runs[index - 1] if index and self._runs[index - 1].end == sequence - 1 else None
        after = self._runs[index] if index < len(self._runs) and self._runs[index].start == sequence + 1 else None
        self._runs[index - bool(before) : index + bool(after)] = [
            Run(
                before.start if before else sequence,
                after.end if after else sequence,
                before.first if before else seen,
                after.last if after else seen,
            )
        ]
        unlike = []
        if before and seen.previous not in ("", before.last.mac):
            unlike.append((sequence - 1, before.last))
        if after and after.first.previous not in ("", seen.mac):
            unlike.append((sequence, seen))
        return unlike

    def gaps(self) -> Iterator[int]:
        """The places up to the end where no record stands, the last first; some may be placed meanwhile."""
        sequence = self.end
        while sequence > 0:
            run = self.run_at(sequence)
            if run is None:
                yield sequence
            sequence = (run.start if run else sequence) - 1

    def _index(self, sequence: int) -> int:
        """How many runs begin there or before."""
        return bisect(self._runs, sequence, key=lambda run: run.start)
