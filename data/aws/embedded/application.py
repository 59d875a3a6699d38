"""ministack with everything that makes it ours, put together once per engine process."""
# ruff: noqa: SLF001 - the names are those of internals.py

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import ministack.app
import ministack.core.iam_evaluator

from data.aws.embedded import capacity, dynamodb_load, numbers_in_keys, packed, pages
from data.aws.embedded.bodies import Bodies
from data.aws.embedded.dynamodb_store import DynamoStore
from data.aws.embedded.engine import EngineError
from data.aws.embedded.folder import Hold
from data.aws.embedded.guard import Guard
from data.aws.embedded.identities import Identities
from data.aws.embedded.journal import Journal
from data.aws.embedded.objects import Objects
from data.aws.embedded.queues_store import QueueStore
from data.aws.embedded.saving import Saving
from data.aws.embedded.services_store import ServiceStore

JOURNAL: Final = "state.sqlite"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Application:
    guard: Guard
    journal: Journal


def build(hold: Hold, origins: Iterable[str]) -> Application:
    """The engine of a folder with all its state, ready to serve.

    Raises:
        EngineError: the state cannot be read. Nothing is ever served without it: the next save would erase it.
    """
    if not ministack.app.AUTH:
        raise EngineError("The engine would check no signatures: ministack was imported before its settings were made.")
    journal = Journal(hold.folder / JOURNAL)
    services = ServiceStore(journal)
    stores = _Stores(
        DynamoStore(journal),
        QueueStore(journal),
        services,
        Objects(journal, hold.folder),
        Identities(journal, services),
    )
    numbers_in_keys.install()
    pages.install()
    capacity.install()
    packed.install()
    stores.dynamodb.install()
    stores.queues.install()
    stores.objects.install()
    Bodies(hold.folder).install()
    stores.identities.install()
    # AUTH alone checks no signature of the root key: its id, which every presigned URL shows, would open everything.
    ministack.core.iam_evaluator._is_root_key = lambda key: False  # noqa: ARG005 - ministack names it
    try:
        _restore_all(stores, journal)
    except Exception as error:
        log.exception("state cannot be restored")
        remedy = "Put back a copy of it, or empty it with `make reset`."
        raise EngineError(f"The state in {hold.folder} cannot be read ({error!r}). {remedy}") from error
    saving = Saving(ministack.app.app, journal, stores.queues, stores.services)
    guard = Guard(saving, hold.engine, origins, healthy=lambda: journal.failed is None, session=stores.identities.knows)
    return Application(guard, journal)


@dataclass(frozen=True, slots=True)
class _Stores:
    dynamodb: DynamoStore
    queues: QueueStore
    services: ServiceStore
    objects: Objects
    identities: Identities


def _restore_all(stores: _Stores, journal: Journal) -> None:
    _restore("dynamodb", stores.dynamodb.restore())
    dynamodb_load.load_items(journal)
    _restore("sqs", stores.queues.restore())
    for service in ("s3", "sns", "iam"):
        _restore(service, stores.services.restore(service))
    stores.objects.restore()
    stores.identities.restore()
    journal.commit()


def _restore(service: str, state: Any) -> None:
    if state is not None:
        ministack.app._get_module(service).load_persisted_state(state)
