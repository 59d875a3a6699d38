"""One page of a list."""

from dataclasses import dataclass
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
