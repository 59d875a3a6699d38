"""SNS as the outbox sees it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from data.aws.buckets import Buckets
from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import SETUP, changing, code_of
from data.config.resources import Topic
from data.config.settings import Settings
from data.core.errors import Misconfigured

GONE: Final = frozenset({"NotFound", "NotFoundException"})


class Topics:
    """The topics of one installation, safe to share between threads."""

    def __init__(self, clients: Clients, settings: Settings) -> None:
        self._clients, self._settings = clients, settings
        self._account = Buckets(clients, settings)

    def publish(self, topic: Topic, message: Mapping[str, Any], *, event: str, dedup: str) -> str:
        """Send `message` as JSON to whoever subscribed; SNS's id of it.

        `event` and `dedup` are attributes, for filters of subscriptions and for who must not do a thing twice.
        Raises Unavailable, OutcomeUnknown, and Misconfigured where the topic is not there.
        """
        attributes = {
            name: {"DataType": "String", "StringValue": value} for name, value in (("event", event), ("dedup", dedup))
        }
        with changing(topic.name):
            try:
                answer = call(
                    self._clients.sns,
                    "publish",
                    topic.name,
                    TopicArn=self.arn(topic),
                    Message=json.dumps(dict(message), default=int),  # whole numbers come from the store as Decimal
                    MessageAttributes=attributes,
                )
            except ClientError as error:
                if code_of(error) in GONE:
                    name = self._settings.message_name(topic.name)
                    raise Misconfigured(f"topic {name} is not there", SETUP) from error
                raise
        return str(answer["MessageId"])

    def arn(self, topic: Topic) -> str:
        """How AWS calls the topic. Raises Unavailable, Misconfigured."""
        meta = self._clients.sns.meta
        name = self._settings.message_name(topic.name)
        return f"arn:{meta.partition}:sns:{meta.region_name}:{self._account.account_id()}:{name}"
