"""People found among all of an organisation: filters, search, order and counts, over what the projection holds."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any, Final, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cachetools import LRUCache

from data.core.clock import Clock
from data.core.permissions import Role
from data.core.text import fold_for_search
from data.storage.column_store import Mask, Rows, Snapshot, as_mask
from data.storage.projection import Projection
from data.users.filters import Counts, Figures, Found, Progress, Sought
from data.users.models import Status, User
from data.users.projection import MOMENT, ROLES, STATUSES, users_of
from data.users.segments import PeopleKind, below, chain, left_behind, of_kind

MOST_ROWS: Final = 100
BEGINNING: Final = datetime.fromtimestamp(0, UTC)
REMEMBERED: Final = 32  # results, each a number for every person found
T = TypeVar("T")


class PeopleSearch:
    def __init__(self, projection: Projection, clock: Clock) -> None:
        self._projection, self._clock = projection, clock
        self._results: LRUCache[Hashable, Any] = LRUCache(REMEMBERED)
        self._lock = Lock()

    def find(self, org_id: str, sought: Sought, *, addresses: bool, page: int = 1, size: int = 50) -> Found:
        """Page `page` of those who match; behind the last one, the last. `addresses`: whether the asker sees them."""
        view = self._projection.view(org_id)
        rows = self._rows(view.snapshot, sought, addresses=addresses)
        size = max(1, min(size, MOST_ROWS))
        page = max(1, min(page, -(-len(rows) // size)))
        shown = rows[(page - 1) * size : page * size]
        key = ("page", view.snapshot.serial, shown.tobytes())  # the same people stand there until anything changes
        return Found(
            total=len(rows),
            rows=self._remembered(key, lambda: users_of(org_id, view.snapshot.table.take(shown))),
            page=page,
            complete=view.complete,
            loaded=len(view.snapshot),
            of=view.of,
            behind=view.behind,
            unreadable=tuple(view.snapshot.unreadable.values()),
        )

    def ids(self, org_id: str, sought: Sought, *, addresses: bool) -> tuple[str, ...] | None:
        """All who match, in order; None until all are loaded."""
        view = self._projection.view(org_id)
        if not view.complete:
            return None
        rows = self._rows(view.snapshot, sought, addresses=addresses)
        return tuple(view.snapshot.table["user_id"].take(rows).to_pylist())

    def people(self, org_id: str, user_ids: Sequence[str]) -> tuple[User, ...] | None:
        """These people, in no order; None until all are loaded."""
        view = self._projection.view(org_id)
        if not view.complete:
            return None
        return users_of(org_id, view.snapshot.table.take(view.snapshot.rows_of(user_ids)))

    def counts(self, org_id: str, sought: Sought, *, addresses: bool) -> Counts:
        """What choosing another value of a filter would leave, among those loaded."""
        snapshot, now = self._projection.view(org_id).snapshot, self._minute(sought)
        key = ("counts", snapshot.serial, replace(sought, sort=""), addresses, now)
        return self._remembered(key, lambda: self._count(snapshot, sought, addresses=addresses))

    def _count(self, snapshot: Snapshot, sought: Sought, *, addresses: bool) -> Counts:
        def among(name: str, **without: Any) -> dict[Any, int]:
            rows = self._rows(snapshot, replace(sought, sort="", **without), addresses=addresses)
            counted = pc.value_counts(snapshot.table[name].take(rows).drop_null())
            return {entry["values"]: entry["counts"] for entry in counted.to_pylist()}

        roles, statuses = among("role", roles=frozenset()), among("status", statuses=frozenset())
        return Counts(
            {role: roles.get(rank, 0) for role, rank in zip(Role, ROLES.values(), strict=True)},
            {status: statuses.get(number, 0) for status, number in zip(Status, STATUSES.values(), strict=True)},
            dict(
                sorted(
                    among("department", departments=frozenset()).items(), key=lambda entry: fold_for_search(entry[0])
                )
            ),
        )

    def progress(self, org_id: str) -> Progress:
        view = self._projection.view(org_id)
        return Progress(len(view.snapshot), view.of, view.complete)

    def first(self, org_id: str, sought: Sought, *, most: int) -> tuple[User, ...]:
        """Those who match, in order, at most so many; nobody until all are loaded."""
        view = self._projection.view(org_id)
        if not view.complete:
            return ()
        rows = self._rows(view.snapshot, sought, addresses=False)
        return users_of(org_id, view.snapshot.table.take(rows[:most]))

    def shared_names(self, org_id: str) -> frozenset[str] | None:
        """The names, as `comparable` gives them, that several users have; None until all users are loaded."""
        view = self._projection.view(org_id)
        if not view.complete:
            return None
        return self._remembered(("shared names", view.snapshot.serial), partial(_shared_names, view.snapshot))

    def chain(self, org_id: str, user_id: str) -> tuple[User, ...] | None:
        """Those above somebody, nearest first; None until all are loaded."""
        view = self._projection.view(org_id)
        return users_of(org_id, view.snapshot.table.take(chain(view.snapshot, user_id))) if view.complete else None

    def left_behind(self, org_id: str, leaver_ids: Sequence[str]) -> tuple[int, int] | None:
        """How many lose an active manager when these leave, and how many of these manage; None until all are loaded."""
        view = self._projection.view(org_id)
        return left_behind(view.snapshot, leaver_ids) if view.complete else None

    def figures(self, org_id: str, now: datetime) -> Figures | None:
        """Counts of all; None until all are loaded."""
        view = self._projection.view(org_id)
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

    def _rows(self, snapshot: Snapshot, sought: Sought, *, addresses: bool) -> Rows:
        """Where those stand who match, in order; remembered for as long as nothing changes."""
        now = self._minute(sought)
        key = ("rows", snapshot.serial, sought, addresses, now)
        rows = partial(_matching, snapshot, sought, addresses=addresses, now=now)
        return self._remembered(key, rows)

    def _remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._results:
                return cast("T", self._results[key])
        result = make()
        with self._lock:
            self._results[key] = result
        return result

    def _minute(self, sought: Sought) -> datetime:
        """Now, to the minute, so that a result can be remembered; where the time does not matter, always the same."""
        timeless = sought.inactive_days is None and sought.kind is None
        return BEGINNING if timeless else self._clock.now().replace(second=0, microsecond=0)


def _shared_names(snapshot: Snapshot) -> frozenset[str]:
    counted = pc.value_counts(snapshot.table["compared"].filter(pa.array(snapshot.alive)))
    several = counted.filter(pc.greater(counted.field("counts"), 1))
    return frozenset(several.field("values").to_pylist())


def _matching(snapshot: Snapshot, sought: Sought, *, addresses: bool, now: datetime) -> Rows:
    """Where those stand who match, in order."""
    return _ordered(snapshot.table, np.flatnonzero(_mask(snapshot, sought, addresses, now)), sought.sort)


def _mask(snapshot: Snapshot, sought: Sought, addresses: bool, now: datetime) -> Mask:
    table, passing = snapshot.table, snapshot.alive
    for name, chosen in _chosen(sought):
        passing = passing & as_mask(pc.is_in(table[name], value_set=pa.array(chosen, table.schema.field(name).type)))
    if sought.kind:
        passing = passing & of_kind(snapshot, sought.kind, now)
    if sought.below:
        passing = passing & below(snapshot, sought.below)
    if sought.inactive_days is not None:
        seen = pc.less(table["last_seen_at"], pa.scalar(now - timedelta(days=sought.inactive_days), MOMENT))
        passing = passing & np.asarray(pc.fill_null(seen, True), np.bool_)  # who was never here is inactive too
    for word in fold_for_search(sought.text).split():
        found = as_mask(pc.match_substring(table["words"], word))
        if addresses:
            found = found | as_mask(pc.match_substring(table["address"], word))
        passing = passing & found
    return passing


def _chosen(sought: Sought) -> Iterable[tuple[str, Collection[Any]]]:
    """Column → its values that pass, for each filter that is on."""
    if sought.roles:
        yield "role", [ROLES[role] for role in sought.roles]
    if sought.statuses:
        yield "status", [STATUSES[status] for status in sought.statuses]
    if sought.departments:
        yield "department", list(sought.departments)
    if sought.manager_id:
        yield "manager_id", [sought.manager_id]


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
