"""Create the declared tables, buckets, queues and topics, and add what a later version declares."""

from collections.abc import Iterable
from dataclasses import dataclass

from data.aws.bucket_setup import BucketSetup
from data.aws.buckets import Buckets
from data.aws.clients import Clients
from data.aws.message_setup import QueueSetup, TopicSetup
from data.aws.sns import Topics
from data.aws.table_setup import TableSetup
from data.aws.tables import Table
from data.config.resources import BUCKETS, QUEUES, TOPICS
from data.config.settings import Settings
from data.core.concurrency import together


@dataclass(frozen=True, slots=True)
class Report:
    """What `setup` made, in words; nothing on an installation that was complete."""

    made: tuple[str, ...]


def setup(clients: Clients, settings: Settings, declared: Iterable[Table]) -> Report:
    """Make what is missing, and wait until all of it can be used. Run again, or by two at once, it does no harm.

    Raises:
        Misconfigured: a bucket name is somebody else's (found before anything is made), a table of that name
            has other keys than ours or items that must be taken over first, or AWS denies us; with the remedy.
        Unavailable: AWS does not answer, or is still at it; running setup again goes on from there.
    """
    tables = _tables(clients, settings, declared)
    prepared = _prepared(clients, settings, tables)
    together(*[table.refuse_strangers for table in tables])
    return Report((*prepared.made, *_completed(tables).made))


def prepare(clients: Clients, settings: Settings, declared: Iterable[Table]) -> Report:
    """The part of `setup` that makes what is missing, but adds no index to a table that is there."""
    return _prepared(clients, settings, _tables(clients, settings, declared))


def complete(clients: Clients, settings: Settings, declared: Iterable[Table]) -> Report:
    """The part of `setup` that adds indexes, whatever lies in the tables."""
    return _completed(_tables(clients, settings, declared))


def missing(clients: Clients, settings: Settings, declared: Iterable[Table]) -> tuple[str, ...]:
    """The tables, indexes, buckets, queues and topics that are not there or not ready, in words. Makes nothing.

    Raises Misconfigured, Unavailable.
    """
    names = Buckets(clients, settings)
    buckets = [BucketSetup(clients, settings, names, bucket) for bucket in BUCKETS]
    parts = [*_tables(clients, settings, declared), *_messages(clients, settings)]
    found = together(*[part.missing for part in parts], *[bucket.there for bucket in buckets])
    others, there = found[: len(parts)], found[len(parts) :]
    absent = [f"bucket {names.name(bucket)}" for bucket, yes in zip(BUCKETS, there, strict=True) if not yes]
    return tuple([what for part in others for what in part] + absent)


def _tables(clients: Clients, settings: Settings, declared: Iterable[Table]) -> list[TableSetup]:
    return [TableSetup(clients, table, settings.table(table.name)) for table in declared]


def _messages(clients: Clients, settings: Settings) -> list[QueueSetup | TopicSetup]:
    topics = Topics(clients, settings)
    made: list[QueueSetup | TopicSetup] = [QueueSetup(clients, settings, queue) for queue in QUEUES]
    return made + [TopicSetup(clients, settings, topics, topic) for topic in TOPICS]


def _prepared(clients: Clients, settings: Settings, tables: Iterable[TableSetup]) -> Report:
    names = Buckets(clients, settings)
    buckets = [BucketSetup(clients, settings, names, bucket) for bucket in BUCKETS]
    together(*[bucket.there for bucket in buckets])
    parts = [part.run for part in (*buckets, *_messages(clients, settings))]
    return _report(together(*parts, *[table.prepare for table in tables]))


def _completed(tables: Iterable[TableSetup]) -> Report:
    return _report(together(*[table.complete for table in tables]))


def _report(parts: Iterable[Iterable[str]]) -> Report:
    return Report(tuple(what for part in parts for what in part))
