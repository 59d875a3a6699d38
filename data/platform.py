"""What every domain is built on: settings, stores, queues and the clock of one wiring."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from data.aws.clients import Clients
from data.aws.credential_tiers import PersonalClients
from data.aws.dynamodb import Dynamo
from data.aws.s3 import Objects
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.aws.tables import Table
from data.config.settings import Settings
from data.core.clock import Clock
from data.core.cursors import CursorSeal
from data.core.identifiers import Identifiers
from data.core.sealed_values import Seal
from data.storage.context import Memory
from data.storage.unit_of_work import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Platform:
    """Given to the `build` function of each domain. Pages never see it.

    `secret` is the installation's. `tables` are those of all domains. `shared` holds what all wirings of an
    installation have in common, by type.
    """

    settings: Settings
    secret: bytes = field(repr=False)
    tables: tuple[Table, ...]
    clients: Clients
    personal: PersonalClients
    dynamo: Dynamo
    memory: Memory
    store: Store
    objects: Objects
    queues: Queues
    topics: Topics
    cursors: CursorSeal
    seal: Seal
    clock: Clock
    identifiers: Identifiers
    shared: dict[type[Any], Any] = field(default_factory=dict, repr=False)

    def share(self, kind: type[T], make: Callable[[], T]) -> T:
        """Return the only object of this type in the installation; `make` creates it for the first wiring."""
        if kind not in self.shared:
            self.shared[kind] = make()
        return cast("T", self.shared[kind])
