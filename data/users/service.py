"""The rules of users. Each method authorises, validates, and writes with an audit record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.audit.service import AuditService
from data.core.clock import Clock
from data.core.errors import AlreadyThere, Conflict, NotFound, VersionConflict, Versions
from data.core.identifiers import Identifiers
from data.core.permissions import NOTHING_HERE, Actor, Permission, Role, authorise
from data.core.retries import retry
from data.credentials.service import CredentialService
from data.notifications.service import AlertService
from data.organisations.service import OrganisationService
from data.storage.unit_of_work import Store, UnitOfWork
from data.users.actions import UserAction
from data.users.hierarchy import Hierarchy
from data.users.models import MOVED, CreatePerson, EditPerson, Person, Status, User
from data.users.policies import PeopleRules
from data.users.profile_models import Profile
from data.users.profile_repository import ProfileRepository
from data.users.repository import UserRepository
from data.users.transactions import UserTransactions


@dataclass(frozen=True, slots=True)
class Created:
    """A new person, and the link by which they choose a password: shown now, never again. None: they have one."""

    person: Person
    set_password_url: str | None


class UserService:
    def __init__(  # noqa: PLR0917 - wired once
        self,
        store: Store,
        users: UserRepository,
        profiles: ProfileRepository,
        credentials: CredentialService,
        organisations: OrganisationService,
        audit: AuditService,
        alerts: AlertService,
        clock: Clock,
        identifiers: Identifiers,
    ) -> None:
        self._users, self._profiles, self._organisations = users, profiles, organisations
        self._clock, self._identifiers = clock, identifiers
        self._hierarchy = Hierarchy(users)
        self._rules = PeopleRules(self._hierarchy, clock, alerts.alert_promotion_refused)
        self._transactions = UserTransactions(
            store=store,
            users=users,
            profiles=profiles,
            credentials=credentials,
            organisations=organisations,
            audit=audit,
            alerts=alerts,
        )

    def find(self, user_id: str) -> User | None:
        """As stored now, without asking who wants to know: for sign-in and identity alone."""
        return self._users.find(user_id)

    def get_user_for(self, actor: Actor, user_id: str, permission: Permission) -> User:
        """Return the user on whom `actor` may use `permission`. Raises NotFound, NotPermitted."""
        return self.get_person_for(actor, user_id, permission).user

    def get_person_for(self, actor: Actor, user_id: str, permission: Permission) -> Person:
        """Return the user and the profile as stored now, if `actor` may use `permission`. Raises as `get_user_for`."""
        person = self._load(actor.org_id, user_id)
        if person is None:
            raise NotFound(NOTHING_HERE)
        self._rules.authorise(actor, permission, person.user)
        return person

    def create(
        self, actor: Actor, command: CreatePerson, *, password: str | None = None, user_id: str | None = None
    ) -> Created:
        """Make a person, once for each `user_id`.

        Raises NotPermitted; InvalidInput for a taken e-mail or username (in the same words) or a manager nobody is.
        """
        self._rules.creatable(actor, command)
        person = Person.new(
            command, org_id=actor.org_id, user_id=user_id or self._identifiers.new(), at=self._clock.now()
        )
        self._hierarchy.check_joins(actor, person.user)
        try:
            return Created(person, self._transactions.create(actor, person, password))
        except AlreadyThere:
            return Created(self.get_person_for(actor, person.id, Permission.READ_USERS), None)

    def taken(self, actor: Actor, email: str) -> Mapping[str, str]:
        """What `create` would say of this e-mail: nothing if nobody has it. Raises NotPermitted."""
        authorise(actor, Permission.CREATE_USERS)
        return self._transactions.taken(actor, email)

    def create_organisation(self, *, org_name: str, email: str, username: str, password: str | None) -> Created:
        """Create an organisation with its first admin, in one unit of work. For sign-up and the command line.

        Raises also when the name, the e-mail or the username is taken.
        """
        now = self._clock.now()
        organisation = self._organisations.new(org_name, at=now)
        founder = Actor("system", organisation.org_id, Role.ADMIN, name="Setup", via="system")
        command = CreatePerson.of(email=email, username=username, role=Role.ADMIN)
        person = Person.new(command, org_id=organisation.org_id, user_id=self._identifiers.new(), at=now)
        return Created(person, self._transactions.create(founder, person, password, organisation=organisation))

    def edit(
        self,
        actor: Actor,
        user_id: str,
        command: EditPerson,
        *,
        seen_version: int | None = None,
        base: Person | None = None,
    ) -> Person:
        """Change what `command` names; fields that nobody else changed since `base` are merged.

        With `seen_version`, only if that is still the stored one. Raises NotFound, NotPermitted, InvalidInput,
        EditConflict (both sides of the fields that somebody else changed too), Conflict for the last admin.
        """
        return self.update_user(actor, user_id, command, seen_version=seen_version, base=base)[1]

    def update_user(
        self,
        actor: Actor,
        user_id: str,
        command: EditPerson,
        *,
        seen_version: int | None = None,
        base: Person | None = None,
    ) -> tuple[Person, Person]:
        """Change a person as `edit` does. Return both states; the same object twice if nothing was written."""
        values = command.sent()
        seen = base

        def attempt() -> tuple[Person, Person]:
            nonlocal seen
            before = self._editable(actor, user_id, values)
            if seen_version not in (None, before.version):
                raise Conflict(MOVED, versions=Versions(seen_version, before.version))
            seen = seen or before
            before.refuse_clashes(values, seen)
            after, unchanged = self._rules.edited(actor, before, values)
            if after is before:
                return before, before
            action = after.act_since(before)
            return before, self._transactions.change(actor, action, before, after, unchanged=unchanged)

        return retry(attempt, on=VersionConflict)

    def deactivate(self, actor: Actor, user_id: str, *, seen_version: int | None = None) -> Person:
        """End a person's access at once; everything else of theirs stays. Once is as good as twice."""
        return self.edit(actor, user_id, EditPerson(status=Status.INACTIVE), seen_version=seen_version)

    def reactivate(self, actor: Actor, user_id: str, *, seen_version: int | None = None) -> Person:
        """Let a person sign in again, with the role they had."""
        return self.edit(actor, user_id, EditPerson(status=Status.ACTIVE), seen_version=seen_version)

    def revoke_access(self, unit: UnitOfWork, user: User, *, at: datetime) -> User:
        """End all sessions and tokens of the user. Return the changed user. The caller has authorised it."""
        after = user.succeeded(at, security_version=user.security_version + 1)
        self._users.update(unit, user, after)
        return after

    def set_avatar(self, actor: Actor, user_id: str, key: str | None, small_key: str | None) -> tuple[User, User]:
        """Set or remove the profile picture. Return the user before and after. Raises as `edit`."""

        def attempt() -> tuple[User, User]:
            before = self._editable(actor, user_id, {})
            after = before.pictured(key, small_key, at=self._clock.now())
            if after.user is not before.user:
                self._transactions.change(
                    actor, UserAction.PICTURE_CHANGED if key else UserAction.PICTURE_REMOVED, before, after
                )
            return before.user, after.user

        return retry(attempt, on=VersionConflict)

    def _load(self, org_id: str, user_id: str) -> Person | None:
        found = self._users.find_with_profile(org_id, user_id)
        if found is None:
            return None
        user, profile = found
        profile = profile or self._profiles.find_of_user(org_id, user_id)
        return Person(user, profile or Profile.empty(user_id, user.org_id, user.created_at))

    def _editable(self, actor: Actor, user_id: str, values: Mapping[str, Any]) -> Person:
        """The person, if `actor` may change just these fields of them."""
        person = self.get_person_for(actor, user_id, Permission.READ_USERS)
        self._rules.editable(actor, person, values)
        return person
