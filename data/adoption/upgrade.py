"""The whole upgrade, in an order in which it can be broken off anywhere and run again.

Tables and buckets that are missing → every item gets what it lacks → the indexes, which say that all
is done (`/readyz` waits for them) → once more over the items, for what was written meanwhile.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from data.adoption.people import People
from data.adoption.review import notes
from data.adoption.values import lacking
from data.audit.table import AUDIT_LOG
from data.aws.clients import Clients
from data.aws.conditions import unchanged
from data.aws.dynamodb import Dynamo
from data.aws.provisioning import complete, prepare
from data.aws.tables import Item, Table, change
from data.config.settings import Settings
from data.core.clock import Clock
from data.core.errors import InvalidInput, VersionConflict
from data.core.retries import retry
from data.credentials.service import CredentialService
from data.media.table import MEDIA
from data.organisations.service import OrganisationService
from data.registry import TABLES
from data.storage.unit_of_work import Store
from data.submissions.table import SUBMISSIONS
from data.users.profile_table import PROFILES
from data.users.table import USERS

THINGS: Final = (PROFILES, SUBMISSIONS, MEDIA, AUDIT_LOG)


@dataclass(frozen=True, slots=True)
class Report:
    """`taken`: items that this run changed, by table. `notes`: what somebody should look at, on every run."""

    org_id: str
    made: tuple[str, ...]
    taken: Mapping[str, int]
    notes: tuple[str, ...]


class Takeover:
    def __init__(
        self,
        clients: Clients,
        settings: Settings,
        *,
        store: Store,
        organisations: OrganisationService,
        credentials: CredentialService,
        clock: Clock,
    ) -> None:
        self._clients, self._settings, self._clock = clients, settings, clock
        self._organisations, self._credentials = organisations, credentials
        self._dynamo, self._store = Dynamo(clients, settings.table), store

    def run(self, name: str) -> Report:
        """Give every item without an organisation to the one called `name`, which is made if there is none.

        Run again after a failure it goes on from there; run again after that it changes nothing.
        Raises as `data.aws.provisioning.setup`, and Conflict for an item that others never stop changing.
        """
        made = prepare(self._clients, self._settings, TABLES).made
        org_id = self._organisation(name)
        taken = self._take(org_id)
        made += complete(self._clients, self._settings, TABLES).made
        taken += self._take(org_id)
        return Report(org_id, made, dict(taken), tuple(notes(self._dynamo, org_id)))

    def _organisation(self, name: str) -> str:
        if found := self._organisations.find_by_name(name):
            return found.org_id
        organisation = self._organisations.new(name, at=self._clock.now())
        try:
            with self._store.begin() as unit:
                self._organisations.insert(unit, organisation)
        except InvalidInput:  # made by another process just now
            found = self._organisations.find_by_name(name)
            if found is None:
                raise
            return found.org_id
        return organisation.org_id

    def _take(self, org_id: str) -> Counter[str]:
        stored, services = (self._dynamo, self._store), (self._organisations, self._credentials)
        people = People(*stored, *services, org_id=org_id, clock=self._clock)
        taken: Counter[str] = Counter()
        for table in THINGS:
            taken[table.name] += sum(self._take_thing(table, item, org_id) for item in self._dynamo.scan(table))
        taken[USERS.name] += sum(people.take(user) for user in self._dynamo.scan(USERS))
        return taken

    def _take_thing(self, table: Table, item: Item, org_id: str) -> bool:
        """Return whether the item had to be changed. It is read again if another program changed it meanwhile."""
        key, scanned = table.key_of(item), [item]

        def attempt() -> bool:
            current = scanned.pop() if scanned else self._dynamo.get(table, key, consistent=True)
            new = current and lacking(table, current, org_id=org_id, at=self._clock.now())
            if not current or not new:
                return False
            moved = VersionConflict(f"An item of {table.name} is being changed by others right now. Run setup again.")
            self._dynamo.commit([change(table, key, new, when=unchanged(current, *table.key, *new), otherwise=moved)])
            return True

        return retry(attempt, on=VersionConflict)
