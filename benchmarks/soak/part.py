"""What a part of the soak is made of."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.result import Result

Counts = Mapping[str, float]


class Broken(Exception):
    """A proof that failed: what it said last."""


@dataclass(frozen=True)
class Part:
    """Chunks, `at_once` of them, that can each be run alone and raise Broken; `results` judges the sums of counts."""

    chunks: Mapping[str, Callable[[], Counts]]
    results: Callable[[Counter[str]], list[Result]]
    at_once: int = 2


def split(count: int, most: int) -> list[int]:
    """`count` in equal pieces of about `most`."""
    pieces = -(-count // most)
    return [-(-count // pieces)] * pieces


def scaled(count: int, scale: float) -> int:
    return max(1, round(count * scale))
