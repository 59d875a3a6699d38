"""Stored items as they are, for admins: what lies in the tables about one thing.

Each domain whose things have a page adds one method here, made of `_owned`, `_belonging` and `_shown`.
"""

from dataclasses import dataclass
from functools import partial

from data.aws.parallel import together
from data.aws.tables import Key, Table
from data.aws.typed import TypedItem, TypedItems
from data.credentials.table import sign_in_key
from data.dashboard_table import API_DASHBOARD
from data.errors import NotFound
from data.health.models import RawItem
from data.permissions import NOTHING_HERE, Actor, Permission, authorise
from data.profiles.table import BY_USER, PROFILES
from data.users.table import USERS


@dataclass(frozen=True, slots=True)
class _Owned:
    """What an item says of whose it is, whether or not the rest of it can be read."""

    org_id: str


class RawItems:
    def __init__(self, items: TypedItems) -> None:
        self._items = items

    def of_person(self, actor: Actor, user_id: str) -> tuple[RawItem, ...]:
        """The user, the profile and the sign-in record, as far as they are there; also if they cannot be read.

        Raises NotFound, NotPermitted; Unavailable, Misconfigured.
        """
        user = self._owned(actor, USERS, {"userId": user_id})
        username = user.get("username", {}).get("S", "")
        profile, sign_in = together(
            partial(self._profile, actor, user_id),
            partial(self._belonging, actor, API_DASHBOARD, sign_in_key(username)),
        )
        found = (("User", USERS, user), ("Profile", PROFILES, profile), ("Sign-in record", API_DASHBOARD, sign_in))
        return tuple(self._shown(what, table, item) for what, table, item in found if item)

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
    return str(item.get("orgId", {}).get("S", ""))
