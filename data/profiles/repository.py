"""Profiles read and written; always together with their person, by `users`."""

from data.aws.conditions import absent, present
from data.aws.dynamodb import Dynamo
from data.aws.tables import Write, change, create
from data.errors import AlreadyThere, Conflict
from data.profiles.models import Profile
from data.profiles.table import BY_MANAGER, BY_USER, PROFILES


class ProfileRepository:
    def __init__(self, dynamo: Dynamo) -> None:
        self._dynamo = dynamo

    def find(self, profile_id: str) -> Profile | None:
        item = self._dynamo.get(PROFILES, {"profileId": profile_id}, consistent=True)
        return Profile.model_validate(item) if item else None

    def find_of_user(self, user_id: str) -> Profile | None:
        """Of one whose profile was made by hand, under an id of its own."""
        found = self._dynamo.query(PROFILES, BY_USER, user_id, limit=1)
        return Profile.model_validate(found.items[0]) if found.items else None

    def list_reports(self, org_id: str, manager_id: str, *, limit: int = 100) -> tuple[tuple[str, ...], bool]:
        """The userIds of those who report to a manager, and whether there are more."""
        found = self._dynamo.query(PROFILES, BY_MANAGER, manager_id, limit=limit)
        own = tuple(item["userId"] for item in found.items if item.get("orgId") == org_id)
        return own, found.position is not None

    def written(self, before: Profile | None, after: Profile) -> Write:
        """The write that makes `after` of `before`; None: there is none yet."""
        if before is None:
            there = AlreadyThere("This profile exists already.")
            return create(PROFILES, after.to_item(), when=absent(PROFILES), otherwise=there)
        gone = Conflict("This profile is not there any more.")
        key = {"profileId": after.profile_id}
        return change(PROFILES, key, after.changes_since(before), when=present(PROFILES), otherwise=gone)
