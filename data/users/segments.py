"""People whom somebody may want to look at, as masks over the columns: who never came, who reports to nobody here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.core.permissions import Role
from data.storage.column_store import Mask, Rows, Snapshot, as_mask
from data.users.hierarchy import MOST_STEPS
from data.users.models import Status
from data.users.projection import MOMENT, ROLES, STATUSES

LONG_AWAY: Final = timedelta(days=90)


class PeopleKind(StrEnum):
    """Each of them but `NEW` is of active people alone."""

    NEVER_HERE = "never-here"
    IDLE_RIGHTS = "idle-rights"
    WITHOUT_MANAGER = "without-manager"
    SEEN_TODAY = "seen-today"
    NEW = "new"


def of_kind(snapshot: Snapshot, kind: PeopleKind, now: datetime) -> Mask:
    """Where those stand who are of this kind at the moment `now`."""
    return _KINDS[kind](snapshot, now)


def below(snapshot: Snapshot, boss_id: str) -> Mask:
    """Where those stand who are below somebody: reached downward in at most 20 steps, and of lower rank."""
    table, found = snapshot.table, np.zeros(len(snapshot.table), np.bool_)
    boss = table["role"].take(snapshot.rows_of([boss_id])).to_pylist()
    level = pa.array([boss_id] if boss else [], pa.string())
    for _ in range(MOST_STEPS):
        under = as_mask(pc.is_in(table["manager_id"], value_set=level)) & snapshot.alive & ~found
        if not under.any():
            break
        found |= under
        level = table["user_id"].filter(under).combine_chunks()
    return found & as_mask(pc.less(table["role"], pa.scalar(boss[0] if boss else 0, pa.int8())))


def left_behind(snapshot: Snapshot, leaver_ids: Sequence[str]) -> tuple[int, int]:
    """How many active people lose an active manager when these leave, and how many of these manage them."""
    table, active = snapshot.table, _active(snapshot)
    leaving = active & as_mask(pc.is_in(table["user_id"], value_set=pa.array(leaver_ids, pa.string())))
    leavers = table["user_id"].filter(leaving).combine_chunks()
    left = active & ~leaving & as_mask(pc.is_in(table["manager_id"], value_set=leavers))
    return int(left.sum()), len(pc.unique(table["manager_id"].filter(left)))


def chain(snapshot: Snapshot, user_id: str) -> Rows:
    """The rows of those above somebody, nearest first; it ends at a gap, and before it repeats itself."""
    rows: list[int] = []
    seen, next_id = {user_id}, _manager(snapshot, snapshot.rows_of([user_id]))
    while next_id and next_id not in seen and len(rows) < MOST_STEPS:
        row = snapshot.rows_of([next_id])
        if not len(row):
            break
        seen.add(next_id)
        rows.append(int(row[0]))
        next_id = _manager(snapshot, row)
    return np.array(rows, np.int64)


def _manager(snapshot: Snapshot, row: Any) -> str | None:
    managers: list[str | None] = snapshot.table["manager_id"].take(row).to_pylist()
    return managers[0] if managers else None


def _active(snapshot: Snapshot) -> Mask:
    return as_mask(pc.equal(snapshot.table["status"], STATUSES[Status.ACTIVE])) & snapshot.alive


def _never_here(snapshot: Snapshot, _: datetime) -> Mask:
    return _active(snapshot) & np.asarray(pc.is_null(snapshot.table["last_seen_at"]), np.bool_)


def _idle_rights(snapshot: Snapshot, now: datetime) -> Mask:
    """Who was never here counts from when they were added."""
    table = snapshot.table
    leads = as_mask(pc.greater_equal(table["role"], pa.scalar(ROLES[Role.MANAGER], pa.int8())))
    last = pc.coalesce(table["last_seen_at"], table["created_at"])
    return _active(snapshot) & leads & as_mask(pc.less(last, pa.scalar(now - LONG_AWAY, MOMENT)))


def _without_manager(snapshot: Snapshot, _: datetime) -> Mask:
    """Their manager has left or is not there, or nobody is named; admins need none."""
    table, active = snapshot.table, _active(snapshot)
    there = as_mask(pc.is_in(table["manager_id"], value_set=table["user_id"].filter(active).combine_chunks()))
    named = np.asarray(pc.is_valid(table["manager_id"]), np.bool_)
    admins = as_mask(pc.equal(table["role"], pa.scalar(ROLES[Role.ADMIN], pa.int8())))
    return active & ~there & (named | ~admins)


def _seen_today(snapshot: Snapshot, now: datetime) -> Mask:
    since = pa.scalar(now - timedelta(days=1), MOMENT)
    return _active(snapshot) & as_mask(pc.greater(snapshot.table["last_seen_at"], since))


def _new(snapshot: Snapshot, now: datetime) -> Mask:
    since = pa.scalar(now - timedelta(days=30), MOMENT)
    return snapshot.alive & as_mask(pc.greater(snapshot.table["created_at"], since))


_KINDS: Final[Mapping[PeopleKind, Callable[[Snapshot, datetime], Mask]]] = {
    PeopleKind.NEVER_HERE: _never_here,
    PeopleKind.IDLE_RIGHTS: _idle_rights,
    PeopleKind.WITHOUT_MANAGER: _without_manager,
    PeopleKind.SEEN_TODAY: _seen_today,
    PeopleKind.NEW: _new,
}
