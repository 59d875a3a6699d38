"""People looked up: lists, one person, names for ids, figures. Nothing here writes."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from data.audit.models import AuditRecord
from data.audit.service import AuditService
from data.core.clock import Clock
from data.core.concurrency import together
from data.core.errors import Defect, NotFound, NotPermitted
from data.core.permissions import NOTHING_HERE, Actor, Permission, Role, authorise, may, sees_emails
from data.core.text import fold_for_search
from data.credentials.service import CredentialService
from data.organisations.service import OrganisationService
from data.storage.pagination import Page, Place, Progress, RecordPage, each_page
from data.storage.record_list import RecordList
from data.users.filters import ACTIVE, EVERYONE, Counts, Figures, UserFilter, visible_to
from data.users.models import Person, Status, User
from data.users.profile_repository import ProfileRepository
from data.users.repository import UserRepository
from data.users.search import PeopleSearch
from data.users.service import UserService

MOST_COUNTED: Final = 1_000  # people looked at for figures; beyond, they speak of the newest


@dataclass(frozen=True, slots=True)
class Effects:
    """What deactivating somebody means for others."""

    reports: tuple[str, ...]
    more_reports: bool
    last_admin: bool


class UserDirectory:
    def __init__(  # noqa: PLR0917 - wired once
        self,
        service: UserService,
        users: UserRepository,
        profiles: ProfileRepository,
        credentials: CredentialService,
        organisations: OrganisationService,
        audit: AuditService,
        search: PeopleSearch,
        clock: Clock,
    ) -> None:
        self._service, self._users, self._profiles = service, users, profiles
        self._credentials, self._organisations, self._audit = credentials, organisations, audit
        self._search, self._clock = search, clock
        self._list = RecordList(self._read_index, search, clock)

    def get(self, actor: Actor, user_id: str) -> Person:
        """One person as stored now, without what `actor` may not see. Raises NotFound, NotPermitted."""
        person = self._service.get_person_for(actor, user_id, Permission.READ_USERS)
        return Person(visible_to(actor, person.user), person.profile)

    def get_by_email(self, actor: Actor, email: str) -> Person:
        """The person with this address. Raises NotFound; NotPermitted for those who may not see addresses of others."""
        only_own = not sees_emails(actor)
        if only_own and actor.role is not Role.USER:
            raise NotPermitted("Your role does not see e-mail addresses, so it cannot search by them.")
        record = self._credentials.find(email) if "@" in email else None
        if record is None or (only_own and record.user_id != actor.user_id):
            raise NotFound(NOTHING_HERE)
        return self.get(actor, record.user_id)

    def get_by_profile(self, actor: Actor, profile_id: str) -> Person:
        """The person whose profile has this id. Raises NotFound, NotPermitted."""
        profile = self._profiles.find(actor.org_id, profile_id)
        if profile is None:
            raise NotFound(NOTHING_HERE)
        return self.get(actor, profile.user_id)

    def list_newest(
        self,
        actor: Actor,
        wanted: UserFilter = ACTIVE,
        *,
        cursor: str | None = None,
        limit: int = 50,
        remember: bool = True,
    ) -> Page[User]:
        """Return a page of the users that match, newest first; `kind` and `below` are ignored.

        `remember`: false for callers that read every page once. Raises NotPermitted; InvalidInput for a cursor of
        another list.
        """
        authorise(actor, Permission.LIST_USERS)
        page = self._users.list_newest(
            actor, wanted, now=self._clock.now(), cursor=cursor, limit=limit, remember=remember
        )
        return replace(page, items=tuple(visible_to(actor, user) for user in page.items))

    def list_page(self, actor: Actor, wanted: UserFilter, place: Place) -> RecordPage[User]:
        """Return a page of the users that match, as `RecordList.page`. Raises NotPermitted, InvalidInput."""
        authorise(actor, Permission.LIST_USERS)
        found = self._list.page(actor, wanted, place)
        return replace(found, items=tuple(visible_to(actor, user) for user in found.items))

    def names(self, actor: Actor, user_ids: Iterable[str | None], *, remember: bool = True) -> dict[str, User]:
        """Those of `user_ids` whom `actor` may know of, by id: for the names beside ids in lists and trails."""
        wanted = {user_id for user_id in user_ids if user_id}
        if not may(actor, Permission.LIST_USERS):
            wanted &= {actor.user_id}
        found = self._users.find_many(actor.org_id, sorted(wanted), remember=remember)
        return {user_id: visible_to(actor, user) for user_id, user in found.items()}

    def own_manager(self, actor: Actor) -> User | None:
        """Whom the actor reports to: everybody knows their own manager, whatever their role. Raises NotPermitted."""
        authorise(actor, Permission.OWN_SETTINGS)
        own = self._service.find(actor.user_id)
        found = self._users.find_many(actor.org_id, [own.manager_id]) if own and own.manager_id else {}
        return next((visible_to(actor, user) for user in found.values()), None)

    def managers(self, actor: Actor) -> tuple[User, ...]:
        """Active people whom others may report to, by name: managers and admins, the first thousand.

        Until all people are loaded, the newest hundred of either role.
        """
        authorise(actor, Permission.LIST_USERS)
        leading = UserFilter(roles=(Role.ADMIN, Role.MANAGER), status=Status.ACTIVE)
        if found := self._search.first(actor, leading, sort="name", limit=MOST_COUNTED):
            return tuple(visible_to(actor, user) for user in found)
        each = [leading.model_copy(update={"roles": (role,)}) for role in leading.roles]
        newest = [user for wanted in each for user in self.list_newest(actor, wanted, limit=100).items]
        return tuple(sorted(newest, key=lambda user: fold_for_search(user.name)))

    def departments(self, actor: Actor) -> tuple[str, ...]:
        """The departments of all people, in order; until all are loaded, of the newest thousand."""
        authorise(actor, Permission.LIST_USERS)
        if (known := self._search.departments(actor)) is not None:
            return known
        newest = {user.department for user in self._newest(actor)[0] if user.department}
        return tuple(sorted(newest, key=fold_for_search))

    def search(
        self, actor: Actor, wanted: UserFilter, *, sort: str = "", page: int = 1, size: int = 50
    ) -> RecordPage[User]:
        """Return a page of the users that match, among those loaded; the first call starts to load all.

        Viewers who may not see e-mail addresses cannot search by them. Raises NotPermitted, InvalidInput.
        """
        authorise(actor, Permission.LIST_USERS)
        found = self._search.find(actor, wanted, sort=sort, page=page, size=size)
        return replace(found, items=tuple(visible_to(actor, user) for user in found.items))

    def progress(self, actor: Actor) -> Progress:
        """How far the organisation's people are loaded. Raises NotPermitted."""
        authorise(actor, Permission.LIST_USERS)
        return self._search.progress(actor.org_id)

    def matching(self, actor: Actor, wanted: UserFilter, *, sort: str = "") -> tuple[str, ...] | None:
        """Return the IDs of all users that match, in order; None until all are loaded. Raises NotPermitted."""
        authorise(actor, Permission.LIST_USERS)
        return self._search.ids(actor, wanted, sort=sort)

    def counts(self, actor: Actor, wanted: UserFilter) -> Counts:
        """Return how many users of each role, status and department match the other conditions, among those loaded.

        Raises NotPermitted.
        """
        authorise(actor, Permission.LIST_USERS)
        return self._search.counts(actor, wanted)

    def list_team(self, actor: Actor, manager_id: str, *, cursor: str | None = None, limit: int = 100) -> Page[Person]:
        """A page of those who report to somebody, with their profiles, each page in the order of names.

        Who cannot be read is left out; `examined` counts them. Raises NotPermitted, InvalidInput for a foreign cursor.
        """
        authorise(actor, Permission.LIST_USERS)
        reports = self._profiles.list_reports(actor.org_id, manager_id, scope=actor.user_id, cursor=cursor, limit=limit)
        found = together(*(partial(self._member, actor, user_id) for user_id in reports.items))
        people = sorted((person for person in found if person), key=lambda person: str(person.name).casefold())
        return Page(tuple(people), reports.next_cursor, reports.examined)

    def effects(self, actor: Actor, user_id: str) -> Effects:
        """What deactivating the person would mean. Raises NotFound, NotPermitted."""
        user = self._service.get_user_for(actor, user_id, Permission.DEACTIVATE_USERS)
        reports = self._profiles.list_reports(actor.org_id, user_id)
        last = user.counts_as_admin and self._organisations.count_admins(actor.org_id) <= 1
        return Effects(reports.items, reports.next_cursor is not None, last)

    def reports(self, actor: Actor, user_id: str) -> tuple[str, ...]:
        """The ids of all who report to the person, for those who may deactivate them. Raises NotFound, NotPermitted."""
        self._service.get_user_for(actor, user_id, Permission.DEACTIVATE_USERS)
        read = partial(self._profiles.list_reports, actor.org_id, user_id, scope=actor.user_id)
        return tuple(report for page in each_page(read) for report in page.items)

    def history(self, actor: Actor, user_id: str, *, cursor: str | None = None, limit: int = 20) -> Page[AuditRecord]:
        """What happened to a person, for admins and for managers above them. Raises NotFound, NotPermitted."""
        self._service.get_user_for(actor, user_id, Permission.READ_AUDIT_OF_PERSON)
        return self._audit.list_of_entity(actor.org_id, user_id, viewer=actor.user_id, cursor=cursor, limit=limit)

    def figures(self, actor: Actor) -> Figures:
        """Counts for Home: of all people, until they are loaded of the newest thousand. Raises NotPermitted."""
        authorise(actor, Permission.LIST_USERS)
        now = self._clock.now()
        if counted := self._search.figures(actor.org_id, now):
            return counted
        people, complete = self._newest(actor)
        active = [user for user in people if user.active]
        return Figures(
            active=len(active),
            inactive=len(people) - len(active),
            admins=sum(user.role is Role.ADMIN for user in active),
            seen_today=sum(bool(user.last_seen_at and user.last_seen_at > now - timedelta(days=1)) for user in active),
            new_this_month=sum(user.created_at > now - timedelta(days=30) for user in people),
            complete=complete,
        )

    def _member(self, actor: Actor, user_id: str) -> Person | None:
        with suppress(NotFound, Defect):
            return self.get(actor, user_id)
        return None

    def _read_index(self, actor: Actor, wanted: UserFilter, cursor: str | None, limit: int) -> Page[User]:
        return self.list_newest(actor, wanted, cursor=cursor, limit=limit)

    def _newest(self, actor: Actor) -> tuple[tuple[User, ...], bool]:
        page = self._users.list_newest(actor, EVERYONE, now=self._clock.now(), cursor=None, limit=MOST_COUNTED)
        return page.items, page.next_cursor is None
