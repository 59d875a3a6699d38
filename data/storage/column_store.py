"""The items of an organisation as columns in memory, which never change: a patch makes another snapshot.

A patch copies no column: what it replaces stays in place, marked, until enough has gathered to be worth a copy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.core.models import Unreadable

MOST_APART: Final = 2_000  # rows patched in before all are laid together anew
Mask: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = npt.NDArray[np.int64]
_serials: Final = count()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some items as columns, and those of them that cannot be read, by key."""

    table: pa.Table
    unreadable: Mapping[str, Unreadable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """`table` has a row for each item, and older ones beside it that are not `alive`. `apart`: rows patched in."""

    table: pa.Table
    key: str
    alive: Mask
    unreadable: Mapping[str, Unreadable] = field(default_factory=dict)
    apart: int = 0
    serial: int = field(default_factory=lambda: next(_serials))
    _items: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", int(self.alive.sum()))  # asked for several times in each run of a page

    @classmethod
    def of(cls, key: str, chunks: Sequence[Chunk]) -> "Snapshot":
        """All of `chunks`, in which each item stands once."""
        table = pa.concat_tables([chunk.table for chunk in chunks]).combine_chunks()
        unreadable = {key: row for chunk in chunks for key, row in chunk.unreadable.items()}
        return cls(table, key, np.ones(len(table), np.bool_), unreadable)

    def __len__(self) -> int:
        return self._items

    def followed_by(self, chunk: Chunk) -> "Snapshot":
        """With items that are not here yet."""
        table = pa.concat_tables([self.table, chunk.table])
        alive = np.ones(len(table), np.bool_)
        alive[: len(self.alive)] = self.alive
        return Snapshot(table, self.key, alive, {**self.unreadable, **chunk.unreadable})

    def patched(self, chunk: Chunk, gone: Iterable[str] = ()) -> "Snapshot":
        """With what is newer in `chunk`, and without the `gone`; itself if that changes nothing."""
        gone = {*gone, *chunk.unreadable}
        keys = chunk.table[self.key].to_pylist()
        known = self._known([*keys, *gone])
        moments = zip(chunk.table["version"].to_pylist(), chunk.table["updated_at"].to_pylist(), strict=True)
        dated = zip(keys, moments, strict=True)
        newer = np.array([key not in known or known[key][1] < moment for key, moment in dated], np.bool_)
        fresh = {key for key, is_newer in zip(keys, newer, strict=True) if is_newer}
        replaced = [row for key, (row, _) in known.items() if key in fresh or key in gone]
        unreadable = {key: row for key, row in self.unreadable.items() if key not in fresh and key not in gone}
        unreadable |= chunk.unreadable
        if not fresh and not replaced and unreadable == self.unreadable:
            return self
        alive = np.concatenate([self.alive, np.ones(len(fresh), np.bool_)])
        alive[replaced] = False
        table = pa.concat_tables([self.table, chunk.table.filter(newer)])
        apart = self.apart + len(fresh) + len(replaced)
        if apart > MOST_APART:
            table, alive, apart = table.filter(alive).combine_chunks(), np.ones(int(alive.sum()), np.bool_), 0
        return Snapshot(table, self.key, alive, unreadable, apart)

    def rows_of(self, keys: Sequence[str]) -> Rows:
        """Where the items of these keys stand, in no order; those that are not here are left out."""
        among = pc.is_in(self.table[self.key], value_set=pa.array(keys, pa.string()))
        return np.flatnonzero(as_mask(among) & self.alive)

    def _known(self, keys: Sequence[str]) -> dict[str, tuple[int, tuple[Any, Any]]]:
        """By key: the row, and what says how new it is."""
        rows = self.rows_of(keys)
        found = self.table.select([self.key, "version", "updated_at"]).take(rows).to_pydict()
        moments = zip(found["version"], found["updated_at"], strict=True)
        return dict(zip(found[self.key], zip(rows.tolist(), moments, strict=True), strict=True))


def as_mask(values: Any) -> Mask:
    """What a comparison of Arrow's gave, as a mask; where there was nothing to compare, no."""
    return np.asarray(pc.fill_null(values, False), np.bool_)
