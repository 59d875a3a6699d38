"""A screen that lists the records of a domain: its address, filters, count, selection, rows and pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.kit import elements, feedback, filters, selection
from components.kit.file_export import FileExport
from components.kit.formatting import count, plural
from components.kit.load_more import more_button, pages_asked
from components.kit.load_progress import load_progress
from components.kit.selection import Acts, Selection
from components.kit.table import Column, table
from components.session import current_actor
from data.core.filters import Chip, ListFilter, Names
from data.core.permissions import Actor
from data.storage.pagination import Place, Progress, RecordPage

SIZES: Final = (25, 50, 100)
PER_PAGE: Final = 50
R = TypeVar("R")
F = TypeVar("F", bound=ListFilter)


@dataclass(frozen=True)
class Shown(Generic[R, F]):
    """What the screen shows in this run: the filter, also in words, the place in the list, and the records there.

    `asked` is the filter of the address; `wanted` is the same with times that are fixed for this run.
    """

    actor: Actor
    asked: F
    wanted: F
    place: Place
    found: RecordPage[R]
    chips: Sequence[Chip] = ()

    @property
    def total(self) -> int | None:
        """How many records match; None until all are loaded."""
        return self.found.total if self.found.complete else None


@dataclass(frozen=True)
class Rows(Generic[R]):
    """The table of a list: `rows` returns a row for each record.

    `label` is for screen readers; `href` plus its ID is the address of a record.
    """

    columns: Sequence[Column]
    rows: Callable[[Sequence[R]], Sequence[dict[str, Any]]]
    label: str
    href: str
    page: Path

    @property
    def sorts(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns if column.sort)


@dataclass(frozen=True)
class Bulk(Generic[F]):
    """What can be done with selected records. `matching` returns the IDs of all that match a filter."""

    acts: Callable[[Selection], Acts]
    matching: Callable[[Actor, F], tuple[str, ...] | None]
    offered: bool


@dataclass(frozen=True, kw_only=True)
class ListPage(Generic[R, F]):
    """One list.

    `key`: the prefix of its parameters. `controls` draws the filter bar; `names` returns how values are called there;
    `read` returns a page; `draw` draws its records, or `table` does; `summary` is the line above. `header` draws what
    depends on the filter beside the title; `below_filters` draws rows above the list. `fix` fixes relative times.
    """

    key: str
    noun: tuple[str, str]
    model: type[F]
    controls: Callable[[F], None]
    names: Callable[[F, RecordPage[R]], Names]
    read: Callable[[Actor, F, Place], RecordPage[R]]
    empty: Callable[[Shown[R, F]], None]
    rows: Rows[R] | None = None
    draw: Callable[[Shown[R, F]], None] | None = None
    summary: Callable[[Shown[R, F]], str] | None = None
    progress: Callable[[Actor], Progress] | None = None
    bulk: Bulk[F] | None = None
    export: FileExport | None = None
    beside_filters: Callable[[Shown[R, F]], None] = field(default=lambda _: None)
    below_filters: Callable[[], None] = field(default=lambda: None)
    fix: Callable[[F], F] = field(default=lambda asked: asked)
    admin: bool = False

    def render(self, actor: Actor, header: DeltaGenerator) -> None:
        """Draw the list; the export goes to `header`."""
        asked = self.model.from_query(filters.query(), self.key)
        with feedback.explained(admin=self.admin):
            with filters.bar():
                self.controls(asked)
                shown = self._read(actor, asked)
                filters.conditions(self.key, shown.chips)
                self.beside_filters(shown)
            if self.export:
                self._export(header, self.export, shown)
            self.below_filters()
            self._list(shown)
            if shown.found.by_index and self.progress:
                load_progress(self.progress)

    def _read(self, actor: Actor, asked: F) -> Shown[R, F]:
        sort = filters.order(f"{self.key}_sort", "", self.rows.sorts if self.rows else ())
        size = filters.size_asked(f"{self.key}_size", SIZES, PER_PAGE)
        page = filters.page_asked(f"{self.key}_page", (asked, sort, size))
        searchable = asked.without("text") if self.rows else asked  # text narrows what is loaded, it loads nothing else
        place, wanted = Place(sort, page, size, pages_asked(self.key, searchable)), self.fix(asked)
        found = self.read(actor, wanted, place)
        return Shown(actor, asked, wanted, place, found, asked.describe(self.names(asked, found)))

    def _export(self, header: DeltaGenerator, file: FileExport, shown: Shown[R, F]) -> None:
        with header:
            file.offer(shown.wanted, shown.total)
        with feedback.explained():
            file.followed()

    def _list(self, shown: Shown[R, F]) -> None:
        scope, found = shown.asked, shown.found
        matching = self.bulk.matching if self.bulk else lambda *_: None
        resolve = partial(lambda wanted: matching(current_actor(), wanted), shown.wanted)
        chosen = selection.of(self.key, scope, shown.total, resolve)
        if self.bulk and chosen.size:
            selection.bar(chosen, scope, self.bulk.acts(chosen))
        else:
            self._count(shown)
        if not found.items:
            self.empty(shown)
        elif self.draw:
            self.draw(shown)
        elif self.rows:
            self._table(self.rows, shown, chosen)
        if found.next_cursor:
            more_button(self.key, PER_PAGE)
        if found.total is not None and found.total > min(SIZES):
            self._pager(shown, found.total)

    def _count(self, shown: Shown[R, F]) -> None:
        with st.container(key="count", horizontal=True, vertical_alignment="center"):
            elements.said((self.summary or self.counted)(shown))
            if unreadable := len(shown.found.unreadable):
                elements.problem(f"{plural(unreadable, *self.noun)} could not be read; Health says which.")
            if shown.found.stale:
                elements.problem("The data store does not answer. These are the last known values.")

    def counted(self, shown: Shown[R, F]) -> str:
        """Return how many records there are, and which of them are shown."""
        found, items = shown.found, len(shown.found.items)
        if found.total is None:
            below = ", more below" if found.next_cursor else ""
            if shown.asked.text:
                return f"{count(items)} of {count(found.examined)} loaded match{below}"
            return f"{count(items)} loaded{below}" if below else plural(items, *self.noun)
        line = plural(found.total, *self.noun)
        if shown.asked.is_narrowed:
            line += " matches" if found.total == 1 else " match"
        if not found.complete:
            line += f" among {count(found.loaded)} loaded"
        size, first = shown.place.size, (found.page - 1) * shown.place.size + 1
        last = min(found.total, first + size - 1)
        return line if found.total <= size else f"{line} · {count(first)} to {count(last)}"

    def _table(self, rows: Rows[R], shown: Shown[R, F], chosen: Selection) -> None:
        event = table(
            rows.columns,
            rows.rows(shown.found.items),
            key=selection.table_of(self.key),
            caption=rows.label,
            selected=chosen.ids,  # a browser that draws the table for the first time gets the ticks from here
            pick=self.bulk is not None and self.bulk.offered,
            all_on=chosen.every,
            sort=shown.place.sort,
            sort_param=f"{self.key}_sort",
            href=rows.href,
            page=shown.place.page,
        )
        if event.opened:
            st.switch_page(rows.page, query_params={"id": event.opened})

    def _pager(self, shown: Shown[R, F], total: int) -> None:
        with st.container(
            key=f"pager_{self.key}", horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap=16
        ):
            filters.pager(f"{self.key}_page", shown.found.page, -(-total // shown.place.size))
            filters.sizes(f"{self.key}_size", SIZES, PER_PAGE)
