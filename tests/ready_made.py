"""An AWS account as `setup` leaves it, made once in a process and put back for each test: fifty times as fast."""

import copyreg
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from threading import Condition
from typing import Any, Final

from moto.backends import get_backend

from data.aws.clients import Clients
from data.aws.provisioning import setup
from data.config.settings import Settings
from data.registry import TABLES

SERVICES: Final = ("dynamodb", "s3", "sqs", "sns")
NO_MATTER: Final = {"oidc_issuer", "oidc_client_id", "oidc_client_secret"}  # to what is set up, and new in each test

copyreg.pickle(Condition, lambda _: (Condition, ()))  # a queue's: the copy gets one of its own


@dataclass(frozen=True)
class _Kept:
    """What one of moto's backends held. Some of it knows its backend, and is to know the one that it is put into."""

    service: str
    account: str
    region: str
    backend: Any
    state: dict[str, Any]

    def put_back(self) -> None:
        backend = get_backend(self.service)[self.account][self.region]
        vars(backend).update(deepcopy(self.state, {id(self.backend): backend}))


_made: dict[str, tuple[_Kept, ...]] = {}


def ready_made(clients: Clients, settings: Settings) -> None:
    """All that the settings ask for, in an empty account of moto's."""
    asked = f"{settings.model_dump_json(exclude=NO_MATTER)} {settings.names}"
    if asked in _made:
        for kept in _made[asked]:
            kept.put_back()
    else:
        setup(clients, settings, TABLES)
        _made[asked] = tuple(_all())


def _all() -> Iterator[_Kept]:
    for service in SERVICES:
        for account, regions in get_backend(service).items():
            for region, backend in regions.items():
                state = deepcopy(vars(backend), {id(backend): backend})
                yield _Kept(service, account, region, backend, state)
