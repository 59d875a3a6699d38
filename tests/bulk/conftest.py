"""People to be changed together, and a worker that does it when the test asks."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from data.bulk.models import Outcome
from data.config.resources import FILES_QUEUE
from data.core.permissions import Role
from data.users.models import EditPerson


@dataclass
class Floor:
    """An organisation with `root` who plans; `names` are the people below."""

    world: Any
    root: Any
    names: list[str] = field(default_factory=list)

    @property
    def batches(self):
        return self.world.services.batches

    def people(self, *names, **more):
        for name in names:
            self.world.person(more.pop("role", Role.USER), name=name, **more)
        self.names += names
        return list(names)

    def user(self, name):
        return self.world.services.users.find(name)

    def edit(self, name, **fields):
        return self.world.services.users.edit(self.root, name, EditPerson.of(**fields))

    def plan(self, names, *, by=None, **fields):
        return self.batches.plan_change(by or self.root, names, EditPerson.of(**fields), title="A change")

    def planned(self, batch, by=None):
        return {row.user_id: row for row in self.batches.rows(by or self.root, batch.batch_id, size=100).items}

    def work(self):
        while self.world.services.worker.turn(FILES_QUEUE):
            pass

    def apply(self, batch, *, by=None):
        """Apply it and let the worker work; the outcomes by person."""
        self.batches.apply(by or self.root, batch.batch_id)
        self.work()
        return self.outcomes(batch, by=by)

    def outcomes(self, batch, *, by=None):
        rows = self.batches.outcomes(by or self.root, batch.batch_id, size=100).items
        return {row.user_id: row for row in rows}

    def came_to(self, batch, *, by=None) -> dict[str, Outcome]:
        return {user_id: row.outcome for user_id, row in self.outcomes(batch, by=by).items()}


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch):
    """moto is not atomic under threads; side by side runs on the engine."""
    monkeypatch.setattr("data.bulk.tasks.SIDE_BY_SIDE", 1)


@pytest.fixture
def floor(world) -> Floor:
    return Floor(world, world.person(Role.ADMIN, name="root"))
