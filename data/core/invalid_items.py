"""Stored items that could not be read lately, so that Health can name them. Of this process, the newest two hundred."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache

MOST: Final = 200
_found: Final[LRUCache[tuple[str, str], "Noted"]] = LRUCache(MOST)
_lock: Final = Lock()


@dataclass(frozen=True, slots=True)
class Noted:
    """Which item of which kind, and what is wrong with which of its attributes; never a value of it."""

    kind: str
    id: str
    org_id: str
    problems: Mapping[str, str]


def note(kind: str, id: str, item: Mapping[str, Any], problems: Mapping[str, str]) -> None:
    """Remember that this item could not be read."""
    noted = Noted(kind, id, str(item.get("orgId", "")), problems)
    with _lock:
        _found[kind, id] = noted


def any_noted() -> bool:
    """Whether there is anything to mend."""
    return bool(_found)


def mended(kind: str, id: str) -> None:
    """The item was read, so whatever was wrong with it is no more."""
    if any_noted():  # as a rule there is nothing to look for
        with _lock:
            _found.pop((kind, id), None)


def noted(org_id: str) -> tuple[Noted, ...]:
    """Those of one organisation, and those that name none."""
    with _lock:
        found = tuple(_found.values())
    return tuple(one for one in found if one.org_id in (org_id, ""))
