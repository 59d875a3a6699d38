"""One measured figure, with what it was to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True)
class Result:
    name: str
    figure: float
    unit: str
    target: float | None = None  # at most; None: stated, not judged

    @classmethod
    def ratio(cls, name: str, ours: Sequence[float], theirs: Sequence[float], target: float | None) -> Self:
        """The ratio of medians of two sides measured in one run."""
        return cls(name, round(median(ours) / median(theirs), 2), "×", target)

    @classmethod
    def value(cls, name: str, figure: float, unit: str, target: float | None = None) -> Self:
        return cls(name, round(figure, 1), unit, target)

    @property
    def met(self) -> str:
        return "" if self.target is None else "met" if self.figure <= self.target else "missed"
