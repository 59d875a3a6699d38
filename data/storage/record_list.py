"""The list of a domain: one call returns one page, of the projection if all records are loaded, else of an index."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Generic, TypeVar

from data.core.clock import Clock
from data.core.filters import ListFilter
from data.core.permissions import Actor
from data.storage.pagination import Page, Place, RecordPage, read_pages
from data.storage.record_search import RecordSearch

INDEX_PAGE: Final = 50  # records of an index in one page
R = TypeVar("R")
F = TypeVar("F", bound=ListFilter)


class RecordList(Generic[R, F]):
    """`read` returns the page of an index at a cursor, for filters without text."""

    def __init__(
        self, read: Callable[[Actor, F, str | None, int], Page[R]], search: RecordSearch[R, Any], clock: Clock
    ) -> None:
        self._read, self._search, self._clock = read, search, clock

    def page(self, viewer: Actor, filter_: F, place: Place) -> RecordPage[R]:
        """Return a page of the projection. While it is loading, return the first pages of an index.

        A search while the projection is loading has the loaded records only. Raises InvalidInput for an unknown sort.
        """
        found = self._search.find(viewer, filter_, sort=place.sort, page=place.page, size=place.size)
        if found.complete or filter_.needs_projection or (filter_.text and found.loaded):
            return found
        read = partial(self._read_index, viewer, filter_)
        loaded = read_pages(read, place.index_pages)
        now = self._clock.now()
        matching = [record for record in loaded.items if filter_.matches(record, viewer, now)]
        return RecordPage(
            items=self._search.ordered(matching, place.sort),
            next_cursor=loaded.next_cursor,
            examined=len(loaded.items),
            unreadable=loaded.unreadable,
            complete=False,
            loaded=found.loaded,
            expected_total=found.expected_total,
        )

    def _read_index(self, viewer: Actor, filter_: F, cursor: str | None) -> Page[R]:
        return self._read(viewer, filter_.without("text"), cursor, INDEX_PAGE)
