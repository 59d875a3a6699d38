"""Notices that an address is limited, stored so that a flood of attempts causes one notice per window.

| item                                     | key                                              |
|------------------------------------------|--------------------------------------------------|
| security alert about an address          | ATTEMPTS#address#{address} / ALERT, TTL          |
| audit record of an organisation about it | ATTEMPTS#address#{address} / RECORD#{orgId}, TTL |
"""

from collections.abc import Collection
from typing import Final

from data.aws.conditions import absent_or, fewer_than
from data.aws.dynamodb import Dynamo
from data.aws.tables import Item, change
from data.core.clock import Clock
from data.core.errors import AlreadyThere
from data.credentials.table import notice_key
from data.credentials.throttling import AddressLimited
from data.storage.single_table import API_DASHBOARD
from data.storage.unit_of_work import UnitOfWork

ALERT: Final = "ALERT"
SECONDS: Final = 600  # until the next notice about the same address


class Notices:
    def __init__(self, dynamo: Dynamo, clock: Clock) -> None:
        self._dynamo, self._clock = dynamo, clock

    def due(self, limit: AddressLimited, notices: Collection[str]) -> list[str]:
        """Those of `notices`, which are `ALERT` and `record_of` organisations, that were not given in this window."""
        now = int(self._clock.now().timestamp())
        keys = [(API_DASHBOARD, notice_key(limit.network, notice)) for notice in notices]
        items = self._dynamo.get_together(*keys)
        return [notice for notice, item in zip(notices, items, strict=True) if not _current(item, now)]

    def insert(self, unit: UnitOfWork, limit: AddressLimited, notice: str) -> None:
        """Store that a notice is given. The commit raises AlreadyThere if another process gave it first."""
        now = int(self._clock.now().timestamp())
        expired = absent_or(API_DASHBOARD, fewer_than("until", now + 1))
        values = {"until": now + SECONDS, "ttl": now + SECONDS}
        key, there = notice_key(limit.network, notice), AlreadyThere("This notice was given already.")
        unit.add(change(API_DASHBOARD, key, values, when=expired, otherwise=there))


def record_of(org_id: str) -> str:
    """The notice that is an audit record of an organisation."""
    return f"RECORD#{org_id}"


def _current(item: Item | None, now: int) -> bool:
    return item is not None and item["until"] > now
