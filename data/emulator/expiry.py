"""Items past their time to live, deleted through the journal like any other."""
# ruff: noqa: SLF001 - the names are those of ministack

import time
from collections.abc import Iterator
from typing import Any, Final

import ministack.services.dynamodb as ddb

from data.emulator.journal import Journal
from data.emulator.packed import items_of

FIVE_YEARS: Final = 5 * 365 * 86_400
PARTITIONS_AT_ONCE: Final = 200


def expiring_attribute(scope: tuple[str, str, str]) -> str | None:
    """The name of the attribute that a table's items expire by, if they do."""
    settings = ddb._ttl_settings.get_scoped(*scope) or {}
    return settings["AttributeName"] if settings.get("TimeToLiveStatus") == "ENABLED" else None


def expires_at(attribute: str, item: dict[str, Any]) -> float | None:
    """When the item may go: as on AWS a number of seconds, and no more than five years ago."""
    try:
        due = float(item[attribute]["N"])
    except (KeyError, TypeError, ValueError):
        return None
    return due if due > time.time() - FIVE_YEARS else None


def reap(journal: Journal) -> Iterator[None]:
    """Delete what has expired; yields between portions, so that requests come in between."""
    for scope, _ in list(ddb._ttl_settings.all_items()):
        table, attribute = ddb._tables.get_scoped(*scope), expiring_attribute(scope)
        if not table or not attribute:
            continue
        for number, (pk, partition) in enumerate(list(items_of(table).items())):
            for sk, item in partition.mentioning(attribute):
                due = expires_at(attribute, item)
                if due is not None and due <= time.time():
                    ddb._remove_item(table, pk, sk)
            if number % PARTITIONS_AT_ONCE == PARTITIONS_AT_ONCE - 1:
                journal.commit()
                yield
    journal.commit()
