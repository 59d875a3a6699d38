"""Pages of lists."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from data.core.models import Unreadable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list. `examined` counts the items that were read to fill it; `unreadable` lists the invalid ones."""

    items: tuple[T, ...]
    next_cursor: str | None
    examined: int
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordPage(Page[T]):
    """A page of an index, which ends with a cursor, or of a projection, which has a `total` and a `page` number.

    Until `complete`, only `loaded` of about `expected_total` records are in memory. `stale`: the store did not answer,
    so the page is as of the last answer.
    """

    total: int | None = None
    page: int = 1
    complete: bool = True
    loaded: int = 0
    expected_total: int | None = None
    stale: bool = False

    @property
    def by_index(self) -> bool:
        return self.total is None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a screen is: page `page` of the list in the order `sort`, `-` in front for descending.

    `index_pages`: how many pages of an index are shown, if an index answers.
    """

    sort: str = ""
    page: int = 1
    size: int = 50
    index_pages: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How many records are loaded, of about `of` if that is known."""

    loaded: int
    of: int | None
    complete: bool


def each_page(read: Callable[..., Page[T]]) -> Iterator[Page[T]]:
    """Yield all pages of a list. `read(cursor=…)` returns one page."""
    cursor: str | None = None
    while True:
        yield (page := read(cursor=cursor))
        if (cursor := page.next_cursor) is None:
            return


def read_pages(read: Callable[..., Page[T]], limit: int) -> Page[T]:
    """Return the first `limit` pages of a list as one."""
    pages = list(islice(each_page(read), limit))
    return Page(
        tuple(item for page in pages for item in page.items),
        pages[-1].next_cursor,
        sum(page.examined for page in pages),
        tuple(item for page in pages for item in page.unreadable),
    )
