"""Is everything there that the dashboard stands on? For admins."""

import sys
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from data.aws.clients import Clients
from data.aws.inspection import StoreState, look
from data.clock import Clock
from data.config import Settings
from data.permissions import Actor, Permission, authorise
from data.unreadable import Noted, noted
from data.version import VERSION


@dataclass(frozen=True, slots=True)
class Health:
    """A look at the installation, at one moment. `unreadable`: items of the asker's organisation that lists miss."""

    mode: str
    endpoint: str
    region: str
    version: str
    python: str
    streamlit: str
    stores: tuple[StoreState, ...]
    unreadable: tuple[Noted, ...]
    looked_at: datetime

    @property
    def problems(self) -> tuple[StoreState, ...]:
        return tuple(store for store in self.stores if store.problem)


class HealthService:
    def __init__(self, clients: Clients, settings: Settings, clock: Clock) -> None:
        self._clients, self._settings, self._clock = clients, settings, clock

    def look(self, actor: Actor) -> Health:
        """Ask every store how it is. Raises NotPermitted; what fails is a store's problem, not an exception."""
        authorise(actor, Permission.READ_HEALTH)
        return Health(
            mode="Amazon Web Services" if self._settings.production else "Embedded engine",
            endpoint=self._clients.endpoint_url or "AWS",
            region=self._settings.aws_region,
            version=VERSION,
            python=sys.version.split()[0],
            streamlit=version("streamlit"),
            stores=look(self._clients, self._settings),
            unreadable=noted(actor.org_id),
            looked_at=self._clock.now(),
        )
