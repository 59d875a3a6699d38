"""Read users, lists through the cache, and write them. No other module knows their table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from data.aws.conditions import absent, at_version
from data.aws.dynamodb import Dynamo
from data.aws.tables import Index, Item, Key, Slice, change, create, require
from data.core.cursors import CursorSeal
from data.core.errors import AlreadyThere, VersionConflict
from data.core.models import Unreadable, read, whole
from data.core.permissions import Actor
from data.credentials.models import UnclaimedEmails
from data.storage.consistency import Coherence
from data.storage.pagination import Page
from data.storage.unit_of_work import UnitOfWork
from data.users.filters import UserFilter
from data.users.models import MOVED, User
from data.users.profile_models import Profile
from data.users.profile_table import PROFILES
from data.users.table import BY_EMAIL, BY_ORG, BY_ORG_ROLE, USERS

LEAST_READ: Final = 50  # rows in one read, however few are asked for: a filter may leave few of them
MOST_EXAMINED: Final = 500  # rows looked at to fill one page when a filter leaves few


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list, and its place in the index: where a page that ends with it goes on."""

    position: Key
    value: User | Unreadable


class UserRepository(UnclaimedEmails):
    def __init__(self, dynamo: Dynamo, coherence: Coherence, cursors: CursorSeal) -> None:
        self._dynamo, self._coherence, self._cursors = dynamo, coherence, cursors

    def find(self, user_id: str) -> User | None:
        """As it is now: what decides or is about to be changed is never read from the cache.

        Raises Defect for an item that cannot be read.
        """
        item = self._dynamo.get(USERS, {"userId": user_id}, consistent=True)
        return whole(User, item) if item else None

    def find_username(self, email: str) -> str | None:
        """Return the username of the only user with this e-mail, by the seed's index, for users without a claim."""
        found = self._dynamo.query(USERS, BY_EMAIL, email, limit=2).items
        return str(found[0].get("username", "")) or None if len(found) == 1 else None

    def find_with_profile(self, org_id: str, user_id: str) -> tuple[User, Profile | None] | None:
        """Both as they are now, in one consistent read; the profile is None if it has another id or is missing.

        None also for another organisation's. Raises Defect for an item that cannot be read.
        """
        user, profile = self._dynamo.get_together((USERS, {"userId": user_id}), (PROFILES, {"profileId": user_id}))
        if user is None or user.get("orgId") != org_id:
            return None
        return whole(User, user), whole(Profile, profile) if profile else None

    def find_whole(
        self, org_id: str, user_ids: Sequence[str]
    ) -> dict[str, tuple[User | Unreadable, Profile | Unreadable | None]]:
        """Those of this organisation with their profiles, by id, as they are now: two items of each in one read."""
        users = [(USERS, {"userId": user_id}) for user_id in user_ids]
        profiles = [(PROFILES, {"profileId": user_id}) for user_id in user_ids]
        items = self._dynamo.get_together(*users, *profiles)
        pairs = zip(user_ids, items[: len(user_ids)], items[len(user_ids) :], strict=True)
        return {
            user_id: (read(User, user), read(Profile, profile) if profile else None)
            for user_id, user, profile in pairs
            if user and user.get("orgId") == org_id
        }

    def find_many(self, org_id: str, user_ids: Sequence[str], *, remember: bool = True) -> dict[str, User]:
        """The ones of this organisation, by id; through the cache, for names in lists, unless `remember` is off."""
        wanted = tuple(sorted(set(user_ids)))
        if not wanted:
            return {}
        load = partial(self._load_many, wanted)
        found = self._coherence.remembered(org_id, USERS, wanted, load) if remember else load()
        return {user.user_id: user for user in found if user.org_id == org_id}

    def list_newest(
        self,
        viewer: Actor,
        wanted: UserFilter,
        *,
        now: datetime,
        cursor: str | None,
        limit: int,
        remember: bool = True,
    ) -> Page[User]:
        """Return a page of the users that match, newest first. Its cursor is bound to viewer and filter.

        Through the cache, unless `remember` is off.
        """
        org_id = viewer.org_id  # an index of its own holds the users of one role
        index, partition = (BY_ORG_ROLE, f"{org_id}#{wanted.roles[0]}") if len(wanted.roles) == 1 else (BY_ORG, org_id)
        scope = f"users/{org_id}/{viewer.user_id}/{wanted.scope()}"
        position = self._cursors.open(cursor, scope)
        taken: list[User | Unreadable] = []
        examined = 0
        while True:
            found = self._slice(org_id, index, partition, max(limit, LEAST_READ), position, remember=remember)
            more, position = _take(found, lambda user: wanted.matches(user, viewer, now), limit - len(taken))
            taken += more
            examined += found.examined
            if position is None or len(taken) >= limit or examined >= MOST_EXAMINED:
                break
        return Page(
            items=tuple(row for row in taken if isinstance(row, User)),
            unreadable=tuple(row for row in taken if isinstance(row, Unreadable)),
            next_cursor=self._cursors.seal(position, scope),
            examined=examined,
        )

    def insert(self, unit: UnitOfWork, user: User) -> None:
        """The commit raises AlreadyThere if a user has this ID."""
        taken = AlreadyThere("This person exists already.")
        unit.add(create(USERS, user.to_item(), when=absent(USERS), otherwise=taken))

    def update(self, unit: UnitOfWork, before: User, after: User) -> None:
        """The commit raises VersionConflict, with what is stored, if `before` was changed since it was read."""
        key, moved = {"userId": after.user_id}, VersionConflict(MOVED)
        unit.add(change(USERS, key, after.changes_since(before), when=at_version(before.version), otherwise=moved))

    def assert_unchanged(self, unit: UnitOfWork, user: User) -> None:
        """Write nothing; the commit raises VersionConflict if `user` was changed since it was read."""
        key, moved = {"userId": user.user_id}, VersionConflict(MOVED)
        unit.add(require(USERS, key, when=at_version(user.version), otherwise=moved))

    def _slice(
        self, org_id: str, index: Index, partition: str, limit: int, after: Key | None, *, remember: bool
    ) -> Slice[Row]:
        """One page of an index."""

        def row(item: Item) -> Row:
            return Row({name: item[name] for name in index.place(USERS)}, read(User, item))

        return self._coherence.slice(
            org_id, USERS, index, partition, limit=limit, after=after, convert=row, remember=remember
        )

    def _load_many(self, wanted: Sequence[str]) -> tuple[User, ...]:
        items = self._dynamo.get_together(*((USERS, {"userId": user_id}) for user_id in wanted))
        rows = (read(User, item) for item in items if item)
        return tuple(row for row in rows if isinstance(row, User))


def _take(found: Slice[Row], keep: Callable[[User], bool], room: int) -> tuple[list[User | Unreadable], Key | None]:
    """At most `room` of the rows that are kept, and where to go on: behind the last one taken, if any was left over."""
    taken: list[Row] = []
    for row in found.items:
        if isinstance(row.value, Unreadable) or keep(row.value):
            if len(taken) == room:
                return [row.value for row in taken], taken[-1].position
            taken.append(row)
    return [row.value for row in taken], found.position
