"""One measured figure, with what it was to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True)
class Result:
    """`target`: at most so much, or at least so much where `least`; None: stated, not judged."""

    name: str
    figure: float
    unit: str
    target: float | None = None
    least: bool = False

    @classmethod
    def ratio(
        cls, name: str, ours: Sequence[float], theirs: Sequence[float], target: float | None, *, least: bool = False
    ) -> Self:
        """The ratio of medians of two sides measured in one run."""
        return cls(name, round(median(ours) / median(theirs), 2), "×", target, least)

    @classmethod
    def value(cls, name: str, figure: float, unit: str, target: float | None = None, *, least: bool = False) -> Self:
        return cls(name, round(figure, 1), unit, target, least)

    @property
    def aim(self) -> str:
        return "" if self.target is None else f"{'≥' if self.least else '≤'} {self.target:,g} {self.unit}".strip()

    @property
    def met(self) -> str:
        if self.target is None:
            return ""
        held = self.figure >= self.target if self.least else self.figure <= self.target
        return "met" if held else "missed"
