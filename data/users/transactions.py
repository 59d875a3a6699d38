"""All that is written when a person changes: records, claims, counters, the trail, and what the outside is told."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from data.audit.models import Target
from data.audit.service import AuditService
from data.aws.tables import Write
from data.core.errors import InvalidInput
from data.core.permissions import Actor, sees_emails
from data.core.text import normalise_email
from data.credentials.models import OF_ANOTHER, cannot_be_used
from data.credentials.service import CredentialService
from data.domain import AuditAction
from data.jobs.models import Job
from data.notifications.service import AlertService
from data.organisations.service import OrganisationService
from data.users.actions import UserAction
from data.users.models import Person
from data.users.profile_repository import ProfileRepository
from data.users.repository import UserRepository


class PersonWriter:
    """One transaction per change. The caller has authorised it."""

    def __init__(
        self,
        *,
        users: UserRepository,
        profiles: ProfileRepository,
        credentials: CredentialService,
        organisations: OrganisationService,
        audit: AuditService,
        alerts: AlertService,
    ) -> None:
        self._users, self._profiles, self._credentials = users, profiles, credentials
        self._organisations, self._audit, self._alerts = organisations, audit, alerts

    def create(self, actor: Actor, person: Person, password: str | None) -> str | None:
        """Store a new person, counted if they are an admin; the link by which they choose a password.

        Raises AlreadyThere, InvalidInput for a taken e-mail or username.
        """
        counted = [self._organisations.admin_added(actor.org_id)] if person.user.counts_as_admin else []
        return self.found(actor, person, password, counted)

    def found(self, actor: Actor, person: Person, password: str | None, with_them: list[Write]) -> str | None:
        """The same, with the writes of an organisation that counts its first admin by itself."""
        user = person.user
        writes = [
            self._users.added(user),
            self._profiles.written(None, person.profile),
            *self._credentials.claims(
                user_id=user.user_id,
                org_id=user.org_id,
                username=user.username,
                email=str(user.email),
                password=password,
                at=user.created_at,
            ),
            self._audit.record(actor, UserAction.CREATED, after=person, entity=Target.user(user)),
        ]
        link, url = (None, None) if password is not None else self._credentials.link(user, at=user.created_at)
        told, alerts = self._told(actor, None, person)
        with self._explained(actor, str(user.email)):
            self._users.commit(user.org_id, [*writes, *([link] if link else []), *with_them, *alerts])
        self._alerts.announce(*told)
        return url

    def change(
        self, actor: Actor, action: AuditAction, before: Person, after: Person, *, also: Sequence[Write] = ()
    ) -> Person:
        """Store a changed person. Raises VersionConflict, Conflict (the last admin), InvalidInput (a taken e-mail)."""
        writes = [self._users.replaced(before.user, after.user), *also]
        if after.profile is not before.profile:
            writes.append(self._profiles.written(before.profile if before.profile.version else None, after.profile))
        if after.user.email != before.user.email:
            writes += self._credentials.email_moved(
                user_id=after.id,
                org_id=after.org_id,
                username=after.user.username,
                old=before.user.email or "",
                new=str(after.user.email),
                at=after.user.updated_at,
            )
        if after.user.counts_as_admin is not before.user.counts_as_admin:
            count = self._organisations.admin_added if after.user.counts_as_admin else self._organisations.admin_removed
            writes.append(count(after.org_id))
        record = self._audit.record(actor, action, before=before, after=after, entity=Target.user(after.user))
        told, alerts = self._told(actor, before, after)
        with self._explained(actor, str(after.user.email)):
            self._users.commit(after.org_id, [*writes, record, *alerts])
        self._alerts.announce(*told)
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

    @contextmanager
    def _explained(self, actor: Actor, email: str) -> Iterator[None]:
        try:
            yield
        except InvalidInput as error:
            taken = self.taken(actor, email) if "email" in error.fields else {}
            raise InvalidInput({**error.fields, **taken}) from None

    def _told(self, actor: Actor, before: Person | None, after: Person) -> tuple[list[Job], list[Write]]:
        """The jobs that tell the outside of a new admin and of a change of role, with their writes."""
        found = []
        if after.user.counts_as_admin and not (before and before.user.counts_as_admin):
            found.append(self._alerts.raised(actor, "new_admin", about=after.id))
        if before and before.user.role is not after.user.role:
            changed = self._alerts.role_changed(actor, after.id, before=before.user.role, after=after.user.role)
            found.append(changed)
        return [job for job, _ in found], [write for _, write in found]
