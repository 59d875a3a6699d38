"""People: a user (identity, role, status) with a profile, as one thing that has one version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from pydantic import model_validator
from pydantic.alias_generators import to_camel

from data.core.errors import Conflict, Versions
from data.core.models import NOT_SENT, Moment, Record, Whole, checked, example
from data.core.permissions import Permission, Role
from data.core.text import fold_for_search, shown
from data.credentials.models import Email, Username
from data.domain import AuditAction
from data.users.actions import UserAction
from data.users.profile_models import Profile, ProfileFields
from data.users.table import USERS

SHARED: Final = frozenset({"first_name", "last_name", "department", "manager_id"})  # on the user too, for lists
USER_FIELDS: Final = SHARED | {"email", "role", "status"}
PROFILE_FIELDS: Final = SHARED | {"job_title", "phone", "location", "timezone", "bio"}
PLACE_FIELDS: Final = frozenset({"department", "manager_id", "job_title"})  # set by those above, not by oneself
RIGHTS_FIELDS: Final = frozenset({"email", "role"})


MOVED: Final = "Somebody changed this person while you were at it."


def comparable(name: str) -> str:
    """A name as it is compared with others: names that differ only in case, accents or spaces count as the same."""
    return "".join(fold_for_search(name).split())


class Status(StrEnum):
    """active ◀──deactivate / reactivate──▶ inactive"""

    ACTIVE = "active"
    INACTIVE = "inactive"


class User(Record):
    """Identity and rights of a person. `email` is None for a reader who may not see it."""

    stored_key: ClassVar = USERS.key

    user_id: str
    email: str | None = None
    username: str = ""
    role: Role = Role.USER
    status: Status = Status.ACTIVE
    security_version: Whole = 1
    last_seen_at: Moment | None = None
    first_name: str | None = None
    last_name: str | None = None
    department: str | None = None
    manager_id: str | None = None
    picture_key: str | None = None
    picture_small_key: str | None = None

    @property
    def id(self) -> str:
        return self.user_id

    @property
    def name(self) -> str:
        """As people call them; the username where no name was given."""
        names = (shown(name) for name in (self.first_name, self.last_name) if name)
        return " ".join(filter(None, names)) or self.username or self.user_id

    def matches(self, query: str) -> bool:
        """Whether every word of `query` is in the name, username, department or e-mail address, as far as shown."""
        where = fold_for_search("\n".join(filter(None, (self.name, self.username, self.department, self.email))))
        return all(word in where for word in fold_for_search(query).split())

    @property
    def active(self) -> bool:
        return self.status is Status.ACTIVE

    @property
    def counts_as_admin(self) -> bool:
        return self.active and self.role is Role.ADMIN

    @property
    def sign_in_rights(self) -> tuple[str | None, Role, Status]:
        """Return what decides who can sign in as this user, and with which rights."""
        return self.email, self.role, self.status

    def to_item(self) -> dict[str, Any]:
        return super().to_item() | {"orgRole": f"{self.org_id}#{self.role}"}


@dataclass(frozen=True, slots=True)
class Person:
    """A user with their profile. `profile.version == 0`: there is no profile stored yet."""

    user: User
    profile: Profile

    @property
    def id(self) -> str:
        return self.user.user_id

    @property
    def org_id(self) -> str:
        return self.user.org_id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def version(self) -> int:
        return self.user.version

    def value(self, field: str) -> Any:
        """The value of an editable field, wherever it lives."""
        return getattr(self.user if field in USER_FIELDS else self.profile, field)

    def to_item(self) -> dict[str, Any]:
        """Both records as one, for the audit trail."""
        return self.profile.to_item() | self.user.to_item()

    @classmethod
    def new(cls, command: "CreatePerson", *, org_id: str, user_id: str, at: datetime) -> Self:
        """The person that `command` asks for. Raises InvalidInput."""
        values = command.sent()
        common = {"user_id": user_id, "org_id": org_id, "created_at": at, "updated_at": at}
        on_user = {name: value for name, value in values.items() if name in User.model_fields}
        on_profile = {name: value for name, value in values.items() if name in PROFILE_FIELDS}
        return cls(
            checked(User, {**common, **on_user}), checked(Profile, {**common, **on_profile, "profile_id": user_id})
        )

    def edited(self, values: Mapping[str, Any], *, at: datetime) -> Self:
        """Return the person with `values`, or the same object if nothing changes. A missing profile is created.

        A change of role, up or down, and a deactivation raise `security_version`. This ends the user's sessions,
        JWTs, access tokens and set-password links, because they were issued for other rights.

        Raises InvalidInput.
        """
        if self.profile.version and all(self.value(name) == value for name, value in values.items()):
            return self
        on_user = {name: value for name, value in values.items() if name in USER_FIELDS}
        role, status = on_user.get("role", self.user.role), on_user.get("status", self.user.status)
        if role is not self.user.role or (status is Status.INACTIVE and self.user.active):
            on_user["security_version"] = self.user.security_version + 1
        user = self.user.succeeded(at, **on_user)
        if user is self.user:  # only the profile changed, but the version is the person's
            user = user.model_copy(update={"updated_at": at, "version": user.version + 1})
        return replace(self, user=user, profile=self._profile(values, user))

    def pictured(self, key: str | None, small_key: str | None, *, at: datetime) -> Self:
        """The person with this picture, or without one."""
        return replace(self, user=self.user.succeeded(at, picture_key=key, picture_small_key=small_key))

    def refuse_clashes(self, values: Mapping[str, Any], base: "Person") -> None:
        """Raise EditConflict for fields of `values` that somebody else changed since `base`, to something else."""
        clashes = [
            name for name, mine in values.items() if self.value(name) != base.value(name) and self.value(name) != mine
        ]
        if clashes:
            raise EditConflict(MOVED, names=clashes, base=base, theirs=self)

    def act_since(self, before: "Person") -> AuditAction:
        """The name of the act that made this of `before`, for the audit trail."""
        if self.user.active is not before.user.active:
            return UserAction.REACTIVATED if self.user.active else UserAction.DEACTIVATED
        if self.user.role is not before.user.role:
            return UserAction.ROLE_CHANGED
        return UserAction.EMAIL_CHANGED if self.user.email != before.user.email else UserAction.PROFILE_UPDATED

    def _profile(self, values: Mapping[str, Any], user: User) -> Profile:
        on_profile = {name: value for name, value in values.items() if name in PROFILE_FIELDS}
        profile = self.profile.succeeded(user.updated_at, **on_profile)
        if profile is self.profile and profile.version:
            return profile
        return profile.model_copy(update={"version": user.version})


class PictureUrls:
    """Signs the addresses of pictures. The domain `avatars` implements it."""

    def url(self, user: User) -> str | None:
        """Return an address that shows the user's picture for some minutes; None without a picture."""
        raise NotImplementedError


class EditConflict(Conflict):
    """Somebody else changed the same fields meanwhile: what the editor began from, and what is stored now."""

    def __init__(self, message: str, *, names: Sequence[str], base: Person, theirs: Person) -> None:
        fields = {to_camel(name): f"This is now {theirs.value(name) or 'empty'}." for name in names}
        super().__init__(message, fields=fields, versions=Versions(base.version, theirs.version))
        self.names, self.base, self.theirs = tuple(names), base, theirs


class CreatePerson(ProfileFields):
    """A new person, who chooses their password by the link in `setPasswordUrl`."""

    model_config = example(
        email="test@example.com",
        username="testuser",
        role="user",
        firstName="Test",
        lastName="User",
        jobTitle="Software Engineer",
        department="Engineering",
    )

    email: Email
    username: Username
    role: Role = Role.USER


class EditPerson(ProfileFields):
    """Only the fields that are sent change; null clears what may be empty."""

    email: Email = NOT_SENT
    role: Role = NOT_SENT
    status: Status = NOT_SENT

    @model_validator(mode="before")
    @classmethod
    def _blank_is_empty(cls, values: Any) -> Any:
        """A cleared field of a form is an empty one."""
        if not isinstance(values, Mapping):
            return values
        kept = {"email", "role", "status"}
        return {
            name: None if name not in kept and isinstance(value, str) and not value.strip() else value
            for name, value in values.items()
        }


def needed_to_change(values: Mapping[str, Any]) -> list[Permission]:
    """What it takes to change these fields of a person."""
    names = values.keys()
    needed = [Permission.EDIT_USERS] if names & RIGHTS_FIELDS else []
    needed += [Permission.DEACTIVATE_USERS] if "status" in names else []
    return needed + ([Permission.EDIT_PROFILES] if names - RIGHTS_FIELDS - {"status"} or not needed else [])
