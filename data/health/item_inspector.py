"""Stored items as they are, for admins: what lies in the tables about one thing.

Each domain whose things have a page adds one method here, made of `_owned`, `_belonging` and `_shown`.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Final

from cachetools import TTLCache

from data.audit.models import Target
from data.audit.service import AuditService
from data.aws.raw_items import TypedItem, TypedItems
from data.aws.tables import Key, Table
from data.core.concurrency import together
from data.core.errors import NotFound
from data.core.permissions import NOTHING_HERE, Actor, Permission, authorise
from data.credentials.table import sign_in_key
from data.health.actions import HealthAction
from data.health.models import RawItem
from data.storage.single_table import API_DASHBOARD
from data.users.profile_table import BY_USER, PROFILES
from data.users.table import USERS

OPENING_SECONDS: Final = 900  # a dialog that stays open for longer is recorded again
OPENINGS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Owned:
    """What an item says of whose it is, whether or not the rest of it can be read."""

    org_id: str


class RawItems:
    def __init__(self, items: TypedItems, audit: AuditService, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._items, self._audit = items, audit
        self._openings: TTLCache[Hashable, None] = TTLCache(OPENINGS, OPENING_SECONDS, timer)
        self._lock = Lock()

    def of_person(self, actor: Actor, user_id: str, opening: str = "") -> tuple[RawItem, ...]:
        """The user, the profile and the sign-in record, as far as they are there; also if they cannot be read.

        The view is recorded before anything is returned: once per `opening`, which the caller names as long as it shows
        the items, else at each call. Raises NotFound, NotPermitted; Unavailable, Misconfigured.
        """
        user = self._owned(actor, USERS, {"userId": user_id})
        username = _text(user, "username")
        profile, sign_in = together(
            partial(self._profile, actor, user_id),
            partial(self._belonging, actor, API_DASHBOARD, sign_in_key(username)),
        )
        found = (("User", USERS, user), ("Profile", PROFILES, profile), ("Sign-in record", API_DASHBOARD, sign_in))
        shown = tuple(self._shown(what, table, item) for what, table, item in found if item)
        self._record(actor, Target("user", user_id, _name(user), username), len(shown), opening)
        return shown

    def _record(self, actor: Actor, target: Target, rows: int, opening: str) -> None:
        """Record a view, unless the same actor and session opened the same items under this name lately."""
        key = (actor.user_id, actor.session, target.kind, target.id, opening)
        with self._lock:
            known = bool(opening) and key in self._openings
        if known:
            return
        self._audit.log(actor, HealthAction.RAW_ITEM_VIEWED, entity=target, details={"kind": target.kind, "rows": rows})
        with self._lock:
            self._openings[key] = None

    def _profile(self, actor: Actor, user_id: str) -> TypedItem | None:
        """Under the person's id, or, made by hand, under one of its own."""
        if found := self._belonging(actor, PROFILES, {"profileId": user_id}):
            return found
        others = self._items.find_in(PROFILES, BY_USER, user_id)
        return next((item for item in others if _owner(item) == actor.org_id), None)

    def _owned(self, actor: Actor, table: Table, key: Key) -> TypedItem:
        """The item that it is about. Raises NotFound, NotPermitted."""
        item = self._items.find(table, key)
        if item is None:
            raise NotFound(NOTHING_HERE)
        authorise(actor, Permission.READ_RAW, _Owned(_owner(item)))
        return item

    def _belonging(self, actor: Actor, table: Table, key: Key) -> TypedItem | None:
        """An item beside it; another organisation's is none."""
        item = self._items.find(table, key)
        return item if item and _owner(item) == actor.org_id else None

    def _shown(self, what: str, table: Table, item: TypedItem) -> RawItem:
        return RawItem.of(what, table.name, self._items.name(table), table.key, item)


def _owner(item: TypedItem) -> str:
    return _text(item, "orgId")


def _name(user: TypedItem) -> str:
    """The user's name as far as it can be read."""
    return " ".join(filter(None, (_text(user, "firstName"), _text(user, "lastName")))) or _text(user, "username")


def _text(item: TypedItem, name: str) -> str:
    return str(item.get(name, {}).get("S", ""))
