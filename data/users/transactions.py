"""The units of work that create and change users: records, claims, counters, audit records and notifications."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from data.audit.models import Target
from data.audit.service import AuditService
from data.core.errors import InvalidInput
from data.core.permissions import Actor, sees_emails
from data.core.text import normalise_email
from data.credentials.models import OF_ANOTHER, cannot_be_used
from data.credentials.service import CredentialService
from data.domain import AuditAction
from data.notifications.service import AlertService
from data.organisations.models import Organisation
from data.organisations.service import OrganisationService
from data.storage.unit_of_work import Store, UnitOfWork
from data.users.actions import UserAction
from data.users.models import Person, User
from data.users.profile_repository import ProfileRepository
from data.users.repository import UserRepository


class UserTransactions:
    """One unit of work per change. The caller has authorised it."""

    def __init__(
        self,
        *,
        store: Store,
        users: UserRepository,
        profiles: ProfileRepository,
        credentials: CredentialService,
        organisations: OrganisationService,
        audit: AuditService,
        alerts: AlertService,
    ) -> None:
        self._store, self._users, self._profiles, self._credentials = store, users, profiles, credentials
        self._organisations, self._audit, self._alerts = organisations, audit, alerts

    def create(
        self, actor: Actor, person: Person, password: str | None, *, organisation: Organisation | None = None
    ) -> str | None:
        """Store a new user, with a new `organisation` if they are its first admin.

        Return the link for choosing a password, or None if there is a password. Raises AlreadyThere, InvalidInput for
        a taken e-mail or username.
        """
        user, at = person.user, person.user.created_at
        url: str | None = None
        with self._explained(actor, str(user.email)), self._store.begin(user.org_id) as unit:
            self._users.insert(unit, user)
            self._profiles.insert(unit, person.profile)
            self._credentials.insert(
                unit,
                user_id=user.user_id,
                org_id=user.org_id,
                username=user.username,
                email=str(user.email),
                password=password,
                at=at,
            )
            self._audit.record(unit, actor, UserAction.CREATED, after=person, entity=Target.user(user))
            if password is None:
                url = self._credentials.create_link(unit, user, at=at)
            if organisation:
                self._organisations.insert(unit, organisation, admins=1)
            elif user.counts_as_admin:
                self._organisations.add_admin(unit, user.org_id)
            self._notify(unit, actor, None, person)
        return url

    def change(
        self, actor: Actor, action: AuditAction, before: Person, after: Person, *, unchanged: Sequence[User] = ()
    ) -> Person:
        """Store a changed person if the users `unchanged` are as they were read.

        Raises VersionConflict, Conflict (the last admin), InvalidInput (a taken e-mail).
        """
        with self._explained(actor, str(after.user.email)), self._store.begin(after.org_id) as unit:
            self._users.update(unit, before.user, after.user)
            for user in unchanged:
                self._users.assert_unchanged(unit, user)
            self._update_profile(unit, before, after)
            self._update_sign_in(unit, before, after)
            self._audit.record(unit, actor, action, before=before, after=after, entity=Target.user(after.user))
            self._notify(unit, actor, before, after)
        return after

    def taken(self, actor: Actor, email: str) -> Mapping[str, str]:
        """What refuses this e-mail, if it is somebody's: said plainly to those who see the addresses of theirs.

        Of people of other organisations nobody learns that they are there.
        """
        owner = self._credentials.owners([normalise_email(email)], []).emails.get(normalise_email(email))
        if owner is None:
            return {}
        if owner.org_id == actor.org_id and sees_emails(actor):
            return {"email": OF_ANOTHER}
        return cannot_be_used("email", "e-mail").fields

    def _update_profile(self, unit: UnitOfWork, before: Person, after: Person) -> None:
        if after.profile is before.profile:
            return
        if before.profile.version:
            self._profiles.update(unit, before.profile, after.profile)
        else:
            self._profiles.insert(unit, after.profile)

    def _update_sign_in(self, unit: UnitOfWork, before: Person, after: Person) -> None:
        """Update the claim on the e-mail and the number of active admins."""
        if after.user.email != before.user.email:
            self._credentials.change_email(
                unit,
                user_id=after.id,
                org_id=after.org_id,
                username=after.user.username,
                old=before.user.email or "",
                new=str(after.user.email),
                at=after.user.updated_at,
            )
        if after.user.counts_as_admin is not before.user.counts_as_admin:
            count = self._organisations.add_admin if after.user.counts_as_admin else self._organisations.remove_admin
            count(unit, after.org_id)

    @contextmanager
    def _explained(self, actor: Actor, email: str) -> Iterator[None]:
        try:
            yield
        except InvalidInput as error:
            taken = self.taken(actor, email) if "email" in error.fields else {}
            raise InvalidInput({**error.fields, **taken}) from None

    def _notify(self, unit: UnitOfWork, actor: Actor, before: Person | None, after: Person) -> None:
        """Add the notifications of a new admin and of a changed role."""
        if after.user.counts_as_admin and not (before and before.user.counts_as_admin):
            self._alerts.alert(unit, actor, "new_admin", about=after.id)
        if before and before.user.role is not after.user.role:
            roles = before.user.role, after.user.role
            self._alerts.notify_role_change(unit, actor, after.id, before=roles[0], after=roles[1])
