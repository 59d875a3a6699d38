"""What needs attention, for whoever asks: over the columns of people and by index reads, side by side, never a scan."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

from data.action_items.models import Attention, Loading, Look, Matter, MatterKind, Weight
from data.action_items.users import PeopleMatters
from data.audit.filters import AuditFilter
from data.audit.models import AuditRecord
from data.audit.service import AuditService
from data.authentication.actions import AccessAction
from data.core.clock import Clock
from data.core.concurrency import together
from data.core.permissions import Actor, Permission, authorise, may
from data.credentials.service import CredentialService
from data.domain import ActionItems
from data.health.service import HealthService
from data.jobs.service import JobService
from data.users.directory import UserDirectory
from data.users.display_names import DisplayNames
from data.users.service import UserService

Matters = Iterable[Matter]
WEIGHTS: Final[tuple[Weight, ...]] = ("bad", "warn", "info")
DELAYED_FOR: Final = timedelta(days=1)  # failures are forgotten after that
LIMITED_FOR: Final = timedelta(days=1)  # a limit itself ends after minutes; the attempts are to be looked into
MOST_DELAYED: Final = 5  # people who are named at once, and addresses
MOST_TOLD: Final = 100  # records of the trail that are looked at for them
OWN_FIELDS: Final = ("first_name", "last_name", "phone", "location", "timezone")


class AttentionService:
    def __init__(
        self,
        *,
        audit: AuditService,
        jobs: JobService,
        credentials: CredentialService,
        users: UserService,
        directory: UserDirectory,
        display_names: DisplayNames,
        health: HealthService,
        clock: Clock,
        more: Callable[[Actor], Iterable[ActionItems]] = lambda _: (),
    ) -> None:
        """`more` lists the action items that domains declare."""
        self._audit, self._jobs, self._credentials = audit, jobs, credentials
        self._users, self._directory, self._health, self._clock = users, directory, health, clock
        self._display_names, self._more = display_names, more
        self._people = PeopleMatters(directory, display_names, audit, credentials, clock)

    def look(self, actor: Actor) -> Attention:
        """What this person has to see to: admins of all, managers of those below them, everybody of themselves.

        Raises NotPermitted.
        """
        authorise(actor, Permission.OPEN_HOME)
        looks: dict[str, Callable[[], Matters]] = dict(self._looks(actor))
        looks |= dict(self._more(actor))
        progress = self._directory.progress(actor) if Look.PEOPLE in looks else None
        found = together(*(partial(_listed, look) for look in looks.values()))
        matters = [matter for some in found for matter in some]
        return Attention(
            matters=tuple(sorted(matters, key=lambda matter: WEIGHTS.index(matter.weight))),
            looked=tuple(looks),
            loading=Loading(progress.loaded, progress.of) if progress and not progress.complete else None,
            looked_at=self._clock.now(),
        )

    def _looks(self, actor: Actor) -> Iterable[tuple[Look, Callable[[], Matters]]]:
        """In the order of their weight, as far as the asker may see and mend it."""
        if may(actor, Permission.EDIT_USERS):
            yield Look.RIGHTS, partial(self._people.rights, actor)
        if may(actor, Permission.READ_AUDIT_OF_PERSON):
            yield Look.PEOPLE, partial(self._people.newcomers, actor)
            yield Look.MANAGERS, partial(self._people.managers, actor)
        if may(actor, Permission.MANAGE_SIGN_IN):
            yield Look.SIGN_INS, partial(self._sign_ins, actor)
            yield Look.ADDRESSES, partial(self._addresses, actor)
        if may(actor, Permission.READ_HEALTH):
            yield Look.JOBS, partial(self._failed_jobs, actor)
            yield Look.CHECKS, partial(self._checks, actor)
            yield Look.ITEMS, partial(self._unreadable, actor)
        if may(actor, Permission.OWN_SETTINGS):
            yield Look.OWN, partial(self._own, actor)

    def _sign_ins(self, actor: Actor) -> Matters:
        """Whose sign-in is delayed: told by the trail of a day, and true for as long as the failures count."""
        now, told = self._clock.now(), dict[str, datetime]()
        delayed = AuditFilter(action=AccessAction.SIGN_IN_DELAYED, since=now - DELAYED_FOR)
        for record in self._audit.list_newest(actor, delayed, limit=MOST_TOLD).items:
            told.setdefault(record.entity_id, record.created_at)
        people = self._directory.names(actor, told)
        newest_first = [people[user_id] for user_id in told if user_id in people]
        failed = self._credentials.failures([(user.username, user.email or user.username) for user in newest_first])
        still = ((user, failures) for user, failures in zip(newest_first, failed, strict=True) if failures)
        for user, failures in islice(still, MOST_DELAYED):
            facts = {"name": self._display_names.of(user), "failures": failures}
            yield Matter(MatterKind.SIGN_IN_DELAYED, "warn", 1, told[user.user_id], user.user_id, facts=facts)

    def _addresses(self, actor: Actor) -> Matters:
        """The addresses whose sign-ins were limited within a day after tries for the organisation's accounts."""
        limited = AuditFilter(action=AccessAction.ADDRESS_LIMITED, since=self._clock.now() - LIMITED_FOR)
        newest = dict[str, AuditRecord]()
        for record in self._audit.list_newest(actor, limited, limit=MOST_TOLD).items:
            newest.setdefault(record.entity_id, record)
        for address, record in islice(newest.items(), MOST_DELAYED):
            failures = int((record.after or {}).get("failedSignIns", 0))
            facts = {"address": record.entity_name, "failures": failures, "id": address}
            yield Matter(MatterKind.ADDRESS_LIMITED, "warn", failures, record.created_at, facts=facts)

    def _failed_jobs(self, actor: Actor) -> Matters:
        if failed := self._jobs.failed(actor):
            since = min(job.finished_at or job.updated_at for job in failed)
            yield Matter(MatterKind.FAILED_JOBS, "bad", len(failed), since, facts={"error": failed[0].error or ""})

    def _checks(self, actor: Actor) -> Matters:
        """Of the last check of this process; none is made for this."""
        checks = self._health.last_check(actor)
        if checks and checks.wrong:
            first = checks.wrong[0].name
            yield Matter(MatterKind.FAILED_CHECKS, "bad", len(checks.wrong), checks.looked_at, facts={"first": first})

    def _unreadable(self, actor: Actor) -> Matters:
        if found := self._health.unreadable(actor):
            yield Matter(MatterKind.UNREADABLE, "warn", len(found), facts={"first": f"{found[0].kind} {found[0].id}"})

    def _own(self, actor: Actor) -> Matters:
        person = self._users.get_person_for(actor, actor.user_id, Permission.OWN_SETTINGS)
        user = person.user
        if not self._credentials.with_password([user.username]):
            yield Matter(MatterKind.OWN_PASSWORD, "info", 1, user.created_at, user.user_id)
        boss = self._directory.own_manager(actor) if user.manager_id else None
        if user.manager_id and (boss is None or not boss.active):
            name = self._display_names.of(boss) if boss else ""
            yield Matter(MatterKind.OWN_MANAGER, "info", user_id=user.user_id, facts={"name": name})
        missing = [name for name in OWN_FIELDS if not person.value(name)]
        if missing:
            yield Matter(MatterKind.OWN_PROFILE, "info", len(missing), facts={"missing": tuple(missing)})


def _listed(look: Callable[[], Matters]) -> list[Matter]:
    return list(look())
