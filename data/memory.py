"""All that one process remembers of the stores, and what keeps it true. Wirings on the same stores share one."""

from dataclasses import dataclass
from typing import Self

from data.aws.dynamodb import Dynamo
from data.background import Background
from data.cache import ReadCache
from data.coherence import Coherence
from data.generations import Generations
from data.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Memory:
    coherence: Coherence
    generations: Generations
    background: Background

    @classmethod
    def of(cls, dynamo: Dynamo, background: Background | None = None) -> Self:
        """A new one, which knows nothing yet."""
        background = background or Background()
        generations = Generations(dynamo, background)
        return cls(Coherence(dynamo, ReadCache(), Overlay(dynamo), generations), generations, background)

    def close(self) -> None:
        """End what runs beside requests, and say to other processes what they were not told yet."""
        self.background.close()
        self.generations.flush()
