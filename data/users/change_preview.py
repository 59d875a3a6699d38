"""What an edit of many people would do, without doing it: for a preview, and for a plan to be applied later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from data.core.clock import Clock
from data.core.concurrency import together
from data.core.errors import Conflict, InvalidInput, NotFound, NotPermitted
from data.core.models import Unreadable
from data.core.permissions import NOTHING_HERE, Actor, Permission, Role, authorise
from data.notifications.service import AlertService
from data.organisations.service import OrganisationService
from data.users.hierarchy import Hierarchy
from data.users.models import USER_FIELDS, CreatePerson, EditPerson, Person, Status, User, needed_to_change
from data.users.policies import PeopleRules
from data.users.profile_models import Profile
from data.users.profile_repository import ProfileRepository
from data.users.repository import UserRepository
from data.users.search import PeopleSearch

MANY: Final = 500  # beyond, people are taken as lists show them where all are loaded; applying looks again anyway
TOGETHER: Final = 50  # people in one read: two items of each
SO_ALREADY: Final = "This is so already."
CANNOT_BE_READ: Final = "This person cannot be read as stored; Health says which item."
LAST_ADMIN: Final = "This would leave no active admin. Make somebody else an admin first."
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would become of one person: the fields that change, or field → why they do not, and the remedy."""

    user_id: str
    name: str
    version: int | None = None
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


class ChangePreview:
    def __init__(  # noqa: PLR0917 - wired once
        self,
        users: UserRepository,
        profiles: ProfileRepository,
        organisations: OrganisationService,
        alerts: AlertService,
        search: PeopleSearch,
        clock: Clock,
    ) -> None:
        self._users, self._profiles, self._organisations = users, profiles, organisations
        self._alerts, self._search, self._clock = alerts, search, clock

    def of_edit(self, actor: Actor, user_ids: Sequence[str], command: EditPerson) -> list[PreviewRow]:
        """What `command` would make of each of these people, in their order. Raises NotPermitted."""
        values = command.sent()
        for permission in needed_to_change(values):
            authorise(actor, permission)
        known = self._as_listed(actor.org_id, user_ids) if values.keys() <= USER_FIELDS else None
        people = known if known is not None else self.people(actor.org_id, user_ids)
        return self.of_edits(actor, [(user_id, values) for user_id in user_ids], people)

    def of_edits(
        self,
        actor: Actor,
        edits: Sequence[tuple[str, Values]],
        people: Mapping[str, Person | Unreadable],
        known: dict[str, User] | None = None,
    ) -> list[PreviewRow]:
        """What each of these edits would make of its person, as they stand in `people`, one after the other.

        Who comes back does so first, so that others can report to them. `known`: users as earlier edits will leave
        them; what these leave is added.
        """
        known = {} if known is None else known
        users = {user_id: person.user for user_id, person in people.items() if isinstance(person, Person)} | known
        glance = _Glance(self._organisations, _Remembered(self._users, users), self._clock, actor)
        order = sorted(range(len(edits)), key=lambda place: edits[place][1].get("status") != Status.ACTIVE)
        found = {place: glance.at(edits[place][0], people.get(edits[place][0]), edits[place][1]) for place in order}
        known |= glance.left
        if glance.rises:
            self._alerts.alert_promotion_refused(*glance.rises[0])
        return [found[place] for place in range(len(edits))]

    def of_creations(self, actor: Actor, people: Sequence[Values]) -> list[Mapping[str, str]]:
        """Return for each of `people`, given as fields of CreatePerson, why it cannot be created: field → reason."""
        rises: list[tuple[Actor, str, Role]] = []
        rules = PeopleRules(Hierarchy(self._users), self._clock, lambda *rise: rises.append(rise))
        found = [_of_creation(rules, actor, values) for values in people]
        if rises:
            self._alerts.alert_promotion_refused(*rises[0])
        return found

    def people(self, org_id: str, user_ids: Sequence[str]) -> dict[str, Person | Unreadable]:
        """Those of this organisation, as they are stored now; who cannot be read is there as that."""
        wanted = list(dict.fromkeys(user_ids))
        parts = [wanted[begins : begins + TOGETHER] for begins in range(0, len(wanted), TOGETHER)]
        chunks = [partial(self._users.find_whole, org_id, part) for part in parts]
        found: dict[str, Person | Unreadable] = {}
        for chunk in together(*chunks):
            for user_id, (user, profile) in chunk.items():
                unread = next((each for each in (user, profile) if isinstance(each, Unreadable)), None)
                found[user_id] = unread or self._whole(user, profile)
        return found

    def _whole(self, user: User, profile: Profile | None) -> Person:
        """Imported people have their profile under an id of its own."""
        profile = profile or self._profiles.find_of_user(user.org_id, user.user_id)
        return Person(user, profile or Profile.empty(user.user_id, user.org_id, user.created_at))

    def _as_listed(self, org_id: str, user_ids: Sequence[str]) -> dict[str, Person | Unreadable] | None:
        """Many people, without their profiles, as memory has them; None for few, and until all are loaded."""
        users = self._search.records(org_id, user_ids) if len(user_ids) > MANY else None
        if users is None:
            return None
        return {user.user_id: Person(user, Profile.empty(user.user_id, org_id, user.created_at)) for user in users}


def _of_creation(rules: PeopleRules, actor: Actor, values: Values) -> Mapping[str, str]:
    try:
        rules.creatable(actor, CreatePerson.of(**values))
    except InvalidInput as error:
        return error.fields
    except NotPermitted as error:
        return {"role": str(error)}
    return {}


class _Remembered:
    """People as they were read at one moment, so that nobody on many ways up is read for each."""

    def __init__(self, users: UserRepository, known: Mapping[str, User]) -> None:
        self._users, self._known = users, dict[str, User | None](known)

    def find(self, user_id: str) -> User | None:
        if user_id not in self._known:
            self._known[user_id] = self._users.find(user_id)
        return self._known[user_id]

    def leave(self, user: User) -> None:
        """From now on they are as this."""
        self._known[user.user_id] = user


class _Glance:
    """One look at many edits, which knows how many admins they would leave."""

    def __init__(self, organisations: OrganisationService, users: _Remembered, clock: Clock, actor: Actor) -> None:
        self._organisations, self._users, self._actor = organisations, users, actor
        self._admins: int | None = None
        self.left: dict[str, User] = {}
        self.rises: list[tuple[Actor, str, Role]] = []
        self._rules = PeopleRules(Hierarchy(users), clock, lambda *told: self.rises.append(told))

    def at(self, user_id: str, person: Person | Unreadable | None, values: Values) -> PreviewRow:
        if not isinstance(person, Person):
            words = NOTHING_HERE if person is None else CANNOT_BE_READ
            return PreviewRow(user_id, user_id, reasons={"": words})
        before = {name: person.value(name) for name, value in values.items() if person.value(name) != value}
        try:
            self._check(person, values)
        except InvalidInput as error:
            reasons: Mapping[str, str] = error.fields
        except (NotPermitted, NotFound, Conflict) as error:
            reasons = {"": str(error)}
        else:
            reasons = {} if before else {"": SO_ALREADY}
        after = {name: values[name] for name in before}
        return PreviewRow(user_id, person.name, person.version, before, after, reasons)

    def _check(self, person: Person, values: Values) -> None:
        self._rules.authorise(self._actor, Permission.READ_USERS, person.user)
        self._rules.editable(self._actor, person, values)
        after, _ = self._rules.edited(self._actor, person, values)
        if person.user.counts_as_admin and not after.user.counts_as_admin:
            self._one_admin_fewer()
        self.left[person.id] = after.user
        self._users.leave(after.user)

    def _one_admin_fewer(self) -> None:
        if self._admins is None:
            self._admins = self._organisations.count_admins(self._actor.org_id)
        if self._admins <= 1:
            raise Conflict(LAST_ADMIN)
        self._admins -= 1
