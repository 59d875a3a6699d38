"""The way to commit several writes: all of them are made, or none.

    with self._store.begin(org_id) as unit:
        self._users.update(unit, before, after)
        self._audit.record(unit, actor, "user_updated", entity=target, before=before, after=after)

A repository that makes one conditional write without an audit record may also commit it directly, as leases do.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

from data.aws.dynamodb import Dynamo
from data.aws.tables import Write
from data.storage.consistency import Coherence

Commit = Callable[[Sequence[Write]], None]


class Sealer(Protocol):
    """Links the audit records of a transaction to the records before them."""

    def seal(self, writes: Sequence[Write], commit: Commit) -> None:
        """Call `commit` with `writes`, the audit records among them sealed; again if the chain moved meanwhile."""


class UnitOfWork:
    """One transaction: domain writes, audit records, jobs and notifications."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self.followers: list[Callable[[], Any]] = []

    def add(self, *writes: Write) -> None:
        """Commit `writes` with this unit. If several conditions fail, the error of the first write is raised."""
        self.writes += writes

    def after_commit(self, call: Callable[[], Any]) -> None:
        """Call `call` once the unit is committed. It must not raise AppError, because the change is made by then."""
        self.followers.append(call)


class Store:
    """Begins units of work. Safe to share between threads; a unit belongs to one thread."""

    def __init__(self, dynamo: Dynamo, coherence: Coherence, sealer: Sealer) -> None:
        self._dynamo, self._coherence, self._sealer = dynamo, coherence, sealer

    @contextmanager
    def begin(self, org_id: str | None = None) -> Iterator[UnitOfWork]:
        """Commit the unit at the end of the block, unless the block raises an error.

        `org_id`: the organisation whose lists change, so that caches and other processes follow; None: no list changes.
        A unit is committed once: to retry after a conflict, begin another. Raises as `Dynamo.commit`.
        """
        unit = UnitOfWork()
        yield unit
        commit = partial(self._coherence.commit, org_id) if org_id else self._dynamo.commit
        self._sealer.seal(unit.writes, commit)
        for call in unit.followers:
            call()
