"""The whole application, wired once per process: the platform, then the domains in their order, then the worker."""

from typing import Any

from data.audit.hash_chains import Chains
from data.aws.clients import Clients
from data.aws.credential_tiers import PersonalClients
from data.aws.dynamodb import Dynamo
from data.aws.s3 import Objects
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.config.settings import Settings
from data.core.clock import Clock, SystemClock
from data.core.cursors import CursorSeal
from data.core.identifiers import Identifiers
from data.core.sealed_values import Seal
from data.credentials.passwords import Passwords
from data.domain import Registry
from data.jobs.repository import JobRepository
from data.jobs.worker import Worker
from data.platform import Platform
from data.registry import REGISTRY
from data.sample.tasks import HISTORY, HistoryTask
from data.services import Parts, Services
from data.storage.context import Memory
from data.storage.unit_of_work import Store


class Wiring:
    """Wires the services of one installation. All that it wires share the storage context and the audit chains."""

    def __init__(
        self,
        settings: Settings,
        clients: Clients,
        *,
        secret: bytes,
        passwords: Passwords | None = None,
        memory: Memory | None = None,
        registry: Registry = REGISTRY,
    ) -> None:
        """`secret`: the installation's; `passwords`, `memory` and `registry` are for tests."""
        self._settings, self._clients, self._secret, self._registry = settings, clients, secret, registry
        self._dynamo = Dynamo(clients, settings.table)
        self.memory = memory or Memory(self._dynamo)
        chains = Chains(self._dynamo, secret)
        self.store = Store(self._dynamo, self.memory.coherence, chains)
        self._shared: dict[type[Any], Any] = {Chains: chains, Passwords: passwords or Passwords()}

    def __call__(self, *, clock: Clock | None = None, identifiers: Identifiers | None = None) -> Services:
        """Return new services. `clock`, `identifiers`: those of the sample and of tests; the system's, unless given."""
        return self.build(self.platform(clock=clock, identifiers=identifiers))

    def platform(self, *, clock: Clock | None = None, identifiers: Identifiers | None = None) -> Platform:
        """Return what services are built on."""
        settings, clients, clock = self._settings, self._clients, clock or SystemClock()
        return Platform(
            settings=settings,
            secret=self._secret,
            tables=self._registry.tables,
            clients=clients,
            personal=PersonalClients(clients, settings, clock),
            dynamo=self._dynamo,
            memory=self.memory,
            store=self.store,
            objects=Objects(clients, settings, clock),
            queues=Queues(clients, settings),
            topics=Topics(clients, settings),
            cursors=CursorSeal(self._secret),
            seal=Seal(self._secret, clock),
            clock=clock,
            identifiers=identifiers or Identifiers(clock),
            shared=self._shared,
        )

    def build(self, platform: Platform) -> Services:
        """Build the domains in their order, and return their services."""
        parts = Parts(self._registry, platform.settings)
        for domain in self._registry.domains:
            if domain.build:
                parts.add(domain.build(platform, parts))
        handlers = dict(parts.handlers)
        if not platform.settings.production:
            handlers[HISTORY] = HistoryTask(platform.clock, self)
        jobs = parts.of(JobRepository)
        worker = Worker(jobs, platform.queues, handlers, platform.clock, platform.identifiers)
        return parts.services(clock=platform.clock, worker=worker)
