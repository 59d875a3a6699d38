"""All that one process remembers of the stores, and what keeps it true. Wirings on the same stores share one."""

import time
from collections.abc import Callable

from data.aws.dynamodb import Dynamo
from data.core.clock import Clock
from data.storage.background_tasks import Background
from data.storage.change_feed import Generations
from data.storage.consistency import Coherence
from data.storage.projection import Projection, Shape
from data.storage.read_cache import ReadCache
from data.storage.recent_writes import Overlay


class Memory:
    """`background` and `timer`, which counts seconds, are for tests."""

    def __init__(
        self, dynamo: Dynamo, background: Background | None = None, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._dynamo, self._timer = dynamo, timer
        self.background = background or Background()
        self.generations = Generations(dynamo, self.background, timer)
        cache, overlay = ReadCache(timer=timer), Overlay(dynamo, timer)
        self.coherence = Coherence(dynamo, cache, overlay, self.generations)
        self._projections: dict[str, Projection] = {}

    def projection(self, shape: Shape, clock: Clock) -> Projection:
        """The one of this shape, made when it is first asked for."""
        if shape.table.name not in self._projections:
            self._projections[shape.table.name] = Projection(
                self._dynamo,
                shape,
                coherence=self.coherence,
                generations=self.generations,
                background=self.background,
                clock=clock,
                timer=self._timer,
            )
        return self._projections[shape.table.name]

    def forget(self, *org_ids: str) -> None:
        """Know nothing of these organisations any more: for whoever changed the stores behind our back."""
        for org_id in org_ids:
            self.coherence.forget(org_id)
            for projection in self._projections.values():
                projection.forget(org_id)

    def close(self) -> None:
        """End what runs beside requests, and say to other processes what they were not told yet."""
        self.background.close()
        self.generations.flush()
