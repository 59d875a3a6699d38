"""Is everything there that the dashboard stands on? For admins."""

import sys
from collections.abc import Collection
from datetime import datetime
from importlib.metadata import version
from typing import Final

from data.aws.bucket_state import BucketRules
from data.aws.clients import Clients
from data.aws.inspection import Inspection
from data.aws.store_state import StoreState
from data.aws.tables import Table
from data.config.resources import BUCKETS
from data.config.settings import Settings
from data.core.clock import Clock
from data.core.errors import NotFound
from data.core.invalid_items import Noted, noted
from data.core.permissions import NOTHING_HERE, Actor, Permission, authorise
from data.core.version import VERSION
from data.doctor import diagnose
from data.health.models import Checks, Health
from data.storage.read_cache import ReadCache

STREAMLIT: Final = version("streamlit")  # asked once: of many threads asking, one may be told there is none
STORES: Final = "stores"
CHECKS: Final = "checks"


class HealthService:
    """What was looked at is remembered for half a minute, for all who ask: a look at everything is twenty calls."""

    def __init__(self, clients: Clients, settings: Settings, tables: Collection[Table], clock: Clock) -> None:
        self._clients, self._settings, self._tables, self._clock = clients, settings, tables, clock
        self._inspection = Inspection(clients, settings, tables)
        self._looks = ReadCache(records=100)
        self._checks: Checks | None = None

    def look(self, actor: Actor) -> Health:
        """How every store is. Raises NotPermitted; what fails is a store's problem, not an exception."""
        authorise(actor, Permission.READ_HEALTH)
        stores, looked_at = self._looks.read(STORES, {STORES}, self._look)
        return Health(
            mode="Amazon Web Services" if self._settings.production else "Embedded engine",
            endpoint=self._clients.endpoint_url or "AWS",
            region=self._settings.aws_region,
            version=VERSION,
            python=sys.version.split()[0],
            streamlit=STREAMLIT,
            stores=stores,
            unreadable=noted(actor.org_id),
            looked_at=looked_at,
        )

    def look_again(self, actor: Actor) -> None:
        """Forget what was seen, so that the next look is a new one. Raises NotPermitted."""
        authorise(actor, Permission.READ_HEALTH)
        self._looks.drop(STORES)

    def check(self, actor: Actor) -> Checks:
        """Let doctor try everything; those who ask at once, or soon after, get the same. Raises NotPermitted."""
        authorise(actor, Permission.READ_HEALTH)
        self._checks = self._looks.read(CHECKS, {CHECKS}, self._diagnosed)
        return self._checks

    def last_check(self, actor: Actor) -> Checks | None:
        """What doctor found last in this process. Raises NotPermitted."""
        authorise(actor, Permission.READ_HEALTH)
        return self._checks

    def unreadable(self, actor: Actor) -> tuple[Noted, ...]:
        """The organisation's items that lists miss, as this process met them lately. Raises NotPermitted."""
        authorise(actor, Permission.READ_HEALTH)
        return noted(actor.org_id)

    def rules(self, actor: Actor, bucket: str) -> BucketRules:
        """What is set on the bucket of this short name. Raises NotPermitted, and NotFound for one nobody declared."""
        authorise(actor, Permission.READ_HEALTH)
        if bucket not in {each.name for each in BUCKETS}:
            raise NotFound(NOTHING_HERE)
        return self._looks.read(("rules", bucket), {STORES}, lambda: self._inspection.rules(bucket))

    def _diagnosed(self) -> Checks:
        return Checks(diagnose(self._clients, self._settings, self._tables), self._clock.now())

    def _look(self) -> tuple[tuple[StoreState, ...], datetime]:
        return self._inspection.stores(), self._clock.now()
