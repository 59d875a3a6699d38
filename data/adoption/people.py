"""Takes over people, each in one transaction: the user, what they sign in with, and the counter of admins."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from data.adoption.names import usernames
from data.adoption.values import changes, lacking
from data.aws.conditions import unchanged
from data.aws.dynamodb import Dynamo
from data.aws.tables import Item, Write, change
from data.core.clock import Clock
from data.core.errors import InvalidInput, VersionConflict
from data.core.permissions import Role
from data.core.retries import retry
from data.core.text import normalise_email
from data.credentials.service import CredentialService
from data.credentials.table import sign_in_key
from data.organisations.service import OrganisationService
from data.storage.single_table import API_DASHBOARD
from data.storage.unit_of_work import Store, UnitOfWork
from data.users.models import Status
from data.users.profile_table import BY_USER, PROFILES
from data.users.table import USERS

FROM_PROFILE: Final = ("firstName", "lastName", "department", "managerId")
MOVED: Final = "This person is being changed by others right now. Run setup again."


class People:
    def __init__(
        self,
        dynamo: Dynamo,
        store: Store,
        organisations: OrganisationService,
        credentials: CredentialService,
        *,
        org_id: str,
        clock: Clock,
    ) -> None:
        self._dynamo, self._store = dynamo, store
        self._organisations, self._credentials = organisations, credentials
        self._org_id, self._clock = org_id, clock

    def take(self, user: Item) -> bool:
        """Take over this user; False if they were ours already.

        Whoever has an e-mail that another has claimed keeps it, but does not sign in with it.
        Raises Conflict if others never stop changing them.
        """
        refused: set[str] = set()
        names = usernames(user)
        username = next(names)

        def attempt() -> bool:
            nonlocal user, username
            try:
                with self._store.begin() as unit:
                    self._add_changes(unit, user, username, refused)
            except InvalidInput as taken:
                if not taken.fields.keys() & {"username", "email"}:
                    raise
                username = next(names, username) if "username" in taken.fields else username
                refused.update(taken.fields.keys() - {"username"})
                raise _Moved(MOVED) from taken
            except _Moved:
                user = self._dynamo.get(USERS, USERS.key_of(user), consistent=True) or {}
                raise
            return bool(unit.writes)

        return retry(attempt, on=_Moved)

    def _add_changes(self, unit: UnitOfWork, user: Item, username: str, refused: set[str]) -> None:
        if not user:
            return
        at = self._clock.now()
        new = lacking(USERS, user, org_id=self._org_id, at=at)
        if "securityVersion" not in new:  # they have what they sign in with already
            if new:
                unit.add(_changed(user, new))
            return
        new |= self._from_profile(user) | changes(user, {"username": username})
        if "username" not in user and "usernameBefore" not in user:
            new["usernameBefore"] = ""
        merged = {**user, **new}
        unit.add(_changed(user, new), *self._sign_in(merged, refused, at))
        if (merged["role"], merged["status"], merged["orgId"]) == (Role.ADMIN, Status.ACTIVE, self._org_id):
            self._organisations.add_admin(unit, self._org_id)

    def _sign_in(self, user: Item, refused: set[str], at: datetime) -> Iterator[Write]:
        """The claims that can be made: not on an e-mail that is another's, and none without an e-mail."""
        username, email = user["username"], user.get("email") or ""
        claims = UnitOfWork()
        self._credentials.insert(
            claims, user_id=user["userId"], org_id=user["orgId"], username=username, email=email, password=None, at=at
        )
        stored = self._dynamo.get(API_DASHBOARD, sign_in_key(username), consistent=True)
        for write in claims.writes:
            if write.key != sign_in_key(username):
                yield from [write] if email and "email" not in refused else []
            elif stored and _is_theirs(stored, email):
                ours = changes(stored, {name: write.values[name] for name in ("userId", "orgId", "email")})
                yield change(API_DASHBOARD, write.key, ours, when=unchanged(stored, *ours), otherwise=_Moved(MOVED))
            else:
                yield write

    def _from_profile(self, user: Item) -> dict[str, Any]:
        """What lists show of the profile, as far as the user has none of it; of several profiles, from the first."""
        found = islice(self._dynamo.walk(PROFILES, BY_USER, str(user["userId"])), 100)
        profile = min(found, key=lambda item: str(item["profileId"]), default={})
        told = {name: profile[name] for name in FROM_PROFILE if isinstance(profile.get(name), str) and profile[name]}
        return {name: value for name, value in told.items() if name not in user}


class _Moved(VersionConflict):
    """Another program changed the item since it was read, or claimed the username or e-mail first."""


def _changed(user: Item, new: dict[str, Any]) -> Write:
    return change(USERS, USERS.key_of(user), new, when=unchanged(user, "userId", *new), otherwise=_Moved(MOVED))


def _is_theirs(stored: Item, email: str) -> bool:
    """Whether a sign-in record that seed 002's functions wrote belongs to the person with this e-mail."""
    known = stored.get("email")
    return (
        "userId" not in stored
        and bool(email)
        and isinstance(known, str)
        and normalise_email(known) == normalise_email(email)
    )
