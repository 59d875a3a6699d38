"""Looks at everything side by side. Nothing is changed by it, and nothing raised."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeAlias

from data.aws.clients import Clients
from data.aws.tables import Table
from data.config.resources import BUCKETS, QUEUES, TOPICS, Bucket, Queue, Topic
from data.config.settings import Settings
from data.core.concurrency import together
from data.core.errors import AppError
from data.doctor import buckets, messages, tables
from data.doctor.environment import NOT_NOW, Patient
from data.doctor.findings import Finding, State
from data.doctor.identity import examine_pool, known

Store: TypeAlias = Table | Bucket | Queue | Topic


def diagnose(
    clients: Clients, settings: Settings, declared: Collection[Table], person: Clients | None = None
) -> tuple[Finding, ...]:
    """How everything is that the dashboard stands on; worst first, then as declared.

    On AWS also what the credentials may do, with `person` theirs too; a laptop's engine refuses its own key nothing.
    A full look is about 150 calls.
    """
    finding, patient = known(clients, settings)
    findings = [finding, *examine_pool(clients, settings), *(_examined(patient, declared) if patient else ())]
    if person is not None:
        finding, patient = known(person, settings)
        permissions = [each for each in _examined(patient, declared) if each.area == "permission"] if patient else []
        findings += [finding, *permissions]
    return tuple(sorted(findings, key=lambda each: each.ok))


def _examined(patient: Patient, declared: Collection[Table]) -> list[Finding]:
    looks = [partial(_careful, "table", one, partial(tables.examine, patient, one)) for one in declared]
    looks += [partial(_careful, "bucket", one, partial(buckets.examine, patient, one)) for one in BUCKETS]
    looks += [partial(_careful, "queue", one, partial(messages.examine_queue, patient, one)) for one in QUEUES]
    looks += [partial(_careful, "topic", one, partial(messages.examine_topic, patient, one)) for one in TOPICS]
    return [finding for part in together(*looks) for finding in part]


def _careful(area: str, store: Store, look: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    try:
        return look()
    except AppError:
        return (Finding(area, store.name, State.UNKNOWN, "It could not be looked at.", NOT_NOW),)
