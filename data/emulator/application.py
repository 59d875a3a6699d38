"""ministack with everything that makes it ours, put together once per engine process."""
# ruff: noqa: SLF001 - the names are those of ministack

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import ministack.app
import ministack.core.iam_evaluator
import ministack.core.router
import ministack.services.s3
import ministack.services.sts

from data.emulator import capacity, dynamodb_load, numbers_in_keys, packed, pages
from data.emulator.bodies import Bodies
from data.emulator.dynamodb_store import DynamoStore
from data.emulator.engine import Engine, EngineError
from data.emulator.folder import Hold
from data.emulator.guard import Guard, current_caller
from data.emulator.identities import Identities
from data.emulator.journal import Journal
from data.emulator.ministack_patches import around
from data.emulator.objects import Objects
from data.emulator.queues_store import QueueStore
from data.emulator.saving import Saving
from data.emulator.services_store import ServiceStore

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
    _trust_only_the_guard(hold.engine)
    try:
        _restore_all(stores, journal)
    except Exception as error:
        log.exception("state cannot be restored")
        remedy = "Put back a copy of it, or empty it with `make reset`."
        raise EngineError(f"The state in {hold.folder} cannot be read ({error!r}). {remedy}") from error
    saving = Saving(ministack.app.app, journal, stores.queues, stores.services)
    guard = Guard(
        saving, hold.engine, origins, healthy=lambda: journal.failed is None, session=stores.identities.find_session
    )
    return Application(guard, journal)


def _trust_only_the_guard(engine: Engine) -> None:
    """Let ministack use the caller and the service that the guard admitted, and treat our key alone as root.

    Without this it reads both from unverified headers, queries and form fields, treats an empty key, `test` and every
    account ID as root, and never verifies a signature of root.
    """
    for module in (ministack.app, ministack.core.router, ministack.services.s3, ministack.services.sts):
        module.extract_access_key_id = lambda *_, **__: current_caller.get().access_key_id
    for module in (ministack.core.iam_evaluator, ministack.services.sts):
        module.is_root_access_key = lambda key: key == engine.access_key_id
    ministack.core.iam_evaluator._is_root_key = lambda key: False  # noqa: ARG005 - ministack names it
    ministack.app.detect_service = lambda *_: current_caller.get().service
    around(ministack.core.iam_evaluator, "enforce", _enforce)


def _enforce(real: Callable[..., Any], access_key_id: str, iam_action: str, *arguments: Any, **named: Any) -> Any:
    """Return None if ministack's policies allow the action, or if the guard admitted it without a signed head."""
    if not access_key_id and iam_action and iam_action == current_caller.get().unsigned_action:
        return None
    return real(access_key_id, iam_action, *arguments, **named)


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
