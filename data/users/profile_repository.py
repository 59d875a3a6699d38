"""Read and write profiles. `users` writes them in the unit of work of their user."""

from data.aws.conditions import absent, present
from data.aws.dynamodb import Dynamo
from data.aws.tables import change, create
from data.core.cursors import CursorSeal
from data.core.errors import AlreadyThere, Conflict
from data.core.models import whole
from data.storage.pagination import Page
from data.storage.unit_of_work import UnitOfWork
from data.users.profile_models import Profile
from data.users.profile_table import BY_MANAGER, BY_USER, PROFILES


class ProfileRepository:
    def __init__(self, dynamo: Dynamo, cursors: CursorSeal) -> None:
        self._dynamo, self._cursors = dynamo, cursors

    def find(self, org_id: str, profile_id: str) -> Profile | None:
        """The organisation's own. Raises Defect for one that cannot be read."""
        item = self._dynamo.get(PROFILES, {"profileId": profile_id}, consistent=True)
        return whole(Profile, item) if item and item.get("orgId") == org_id else None

    def find_of_user(self, org_id: str, user_id: str) -> Profile | None:
        """Of one whose profile was made by hand, under an id of its own. The seed's index mixes organisations."""
        found = self._dynamo.query(PROFILES, BY_USER, user_id)
        own = [item for item in found.items if item.get("orgId") == org_id]
        return whole(Profile, own[0]) if own else None

    def list_reports(
        self, org_id: str, manager_id: str, *, scope: str = "", cursor: str | None = None, limit: int = 100
    ) -> Page[str]:
        """The userIds of those who report to a manager, a page at a time; `scope` binds the cursor to the reader."""
        scope = f"reports/{org_id}/{manager_id}/{scope}"
        after = self._cursors.open(cursor, scope)
        found = self._dynamo.query(PROFILES, BY_MANAGER, manager_id, limit=limit, after=after)
        own = tuple(item["userId"] for item in found.items if item.get("orgId") == org_id and "userId" in item)
        return Page(own, self._cursors.seal(found.position, scope), found.examined)

    def insert(self, unit: UnitOfWork, profile: Profile) -> None:
        """The commit raises AlreadyThere if a profile has this ID."""
        there = AlreadyThere("This profile exists already.")
        unit.add(create(PROFILES, profile.to_item(), when=absent(PROFILES), otherwise=there))

    def update(self, unit: UnitOfWork, before: Profile, after: Profile) -> None:
        """The commit raises Conflict if the profile was deleted."""
        key, gone = {"profileId": after.profile_id}, Conflict("This profile is not there any more.")
        unit.add(change(PROFILES, key, after.changes_since(before), when=present(PROFILES), otherwise=gone))
