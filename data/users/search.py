"""Search among all users of an organisation, and counts of them, over what the projection holds."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.core.clock import Clock
from data.core.permissions import Actor, Role
from data.core.text import fold_for_search
from data.storage.column_store import Rows, Snapshot, as_mask
from data.storage.projection import Projection
from data.storage.record_search import Columns, RecordSearch
from data.users.filters import EVERYONE, SORTS, Counts, Figures, UserFilter
from data.users.models import Status, User
from data.users.projection import ROLES, STATUSES, table_of, users_of
from data.users.segments import PeopleKind, chain, left_behind, of_kind


class PeopleSearch(RecordSearch[User, UserFilter]):
    def __init__(self, projection: Projection, clock: Clock) -> None:
        super().__init__(projection, COLUMNS, clock)

    def counts(self, viewer: Actor, filter_: UserFilter) -> Counts:
        """Return how many users each other choice of a filter would leave, among those loaded."""
        snapshot = self.view(viewer.org_id).snapshot

        def among(field: str, column: str) -> dict[Any, int]:
            rows = self._rows(snapshot, viewer, filter_.without(field), "")
            counted = pc.value_counts(snapshot.table[column].take(rows).drop_null())
            return {entry["values"]: entry["counts"] for entry in counted.to_pylist()}

        def load() -> Counts:
            roles, statuses = among("roles", "role"), among("status", "status")
            departments = sorted(among("departments", "department").items(), key=lambda each: fold_for_search(each[0]))
            return Counts(
                {role: roles.get(rank, 0) for role, rank in zip(Role, ROLES.values(), strict=True)},
                {status: statuses.get(number, 0) for status, number in zip(Status, STATUSES.values(), strict=True)},
                dict(departments),
            )

        key = ("counts", snapshot.serial, filter_, viewer.role, viewer.scopes, self._minute(filter_))
        return self._cached(key, load)

    def departments(self, viewer: Actor) -> tuple[str, ...] | None:
        """Return all departments, in order; None until all users are loaded."""
        return tuple(self.counts(viewer, EVERYONE).departments) if self.view(viewer.org_id).complete else None

    def shared_names(self, org_id: str) -> frozenset[str] | None:
        """The names, as `comparable` gives them, that several users have; None until all users are loaded."""
        view = self.view(org_id)
        if not view.complete:
            return None
        return self._cached(("shared names", view.snapshot.serial), partial(_shared_names, view.snapshot))

    def chain(self, org_id: str, user_id: str) -> tuple[User, ...] | None:
        """Those above somebody, nearest first; None until all are loaded."""
        view = self.view(org_id)
        return users_of(org_id, view.snapshot.table.take(chain(view.snapshot, user_id))) if view.complete else None

    def left_behind(self, org_id: str, leaver_ids: Sequence[str]) -> tuple[int, int] | None:
        """How many lose an active manager when these leave, and how many of these manage; None until all are loaded."""
        view = self.view(org_id)
        return left_behind(view.snapshot, leaver_ids) if view.complete else None

    def figures(self, org_id: str, now: datetime) -> Figures | None:
        """Counts of all; None until all are loaded."""
        view = self.view(org_id)
        if not view.complete:
            return None
        table, alive = view.snapshot.table, view.snapshot.alive
        active = as_mask(pc.equal(table["status"], STATUSES[Status.ACTIVE])) & alive
        return Figures(
            active=int(active.sum()),
            inactive=int((alive & ~active).sum()),
            admins=int((active & as_mask(pc.equal(table["role"], Role.ADMIN.rank))).sum()),
            seen_today=int(of_kind(view.snapshot, PeopleKind.SEEN_TODAY, now).sum()),
            new_this_month=int(of_kind(view.snapshot, PeopleKind.NEW, now).sum()),
            complete=True,
        )


def _shared_names(snapshot: Snapshot) -> frozenset[str]:
    counted = pc.value_counts(snapshot.table["compared"].filter(pa.array(snapshot.alive)))
    several = counted.filter(pc.greater(counted.field("counts"), 1))
    return frozenset(several.field("values").to_pylist())


def _ordered(table: pa.Table, rows: Rows, sort: str) -> Rows:
    """Newest first, then by the column of `sort`; who has no value in it comes last either way.

    But who was never seen stands before those seen longest ago.
    """
    rows = rows[_order(table["created_at"].take(rows), falling=True)]
    if not sort:
        return rows
    column, falling = sort.removeprefix("-"), sort.startswith("-")
    keys = {
        "name": lambda: table["words"].take(rows),
        "role": lambda: pc.subtract(pa.scalar(len(ROLES), pa.int8()), table["role"].take(rows)),  # admins first
        "status": lambda: table["status"].take(rows),
        "department": lambda: _ranks(table["department"].take(rows)),
        "seen": lambda: table["last_seen_at"].take(rows),
        "created": lambda: table["created_at"].take(rows),
    }
    return rows[_order(keys[column](), falling=falling, none="at_start" if sort == "seen" else "at_end")]


def _order(keys: Any, *, falling: bool, none: str = "at_end") -> Rows:
    whole = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    order = "descending" if falling else "ascending"
    return np.asarray(pc.array_sort_indices(whole, order=order, null_placement=none), np.int64)


def _ranks(departments: pa.ChunkedArray) -> pa.Array:
    """The place of each department among all, in the order of people; none stays none."""
    codes = departments.combine_chunks().dictionary_encode()
    order = {name: rank for rank, name in enumerate(sorted(codes.dictionary.to_pylist(), key=fold_for_search))}
    ranks = pa.array([order[name] for name in codes.dictionary.to_pylist()], pa.int32())
    return ranks.take(codes.indices)


COLUMNS: Final = Columns(SORTS, _ordered, users_of, table_of)
