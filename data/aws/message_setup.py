"""Makes one queue with its dead-letter queue, or one topic, what its declaration says."""

import json
from typing import Any, Final

from botocore.exceptions import ClientError

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import changing, code_of, reading
from data.aws.sns import GONE as NO_TOPIC
from data.aws.sns import Topics
from data.aws.sqs import GONE as NO_QUEUE
from data.config.resources import MOST_RECEIVED, Queue, Topic
from data.config.settings import Settings

HIDDEN_SECONDS: Final = 60  # for whoever receives without saying; our worker says, with its lease
KEPT_SECONDS: Final = 14 * 86_400  # the longest there is, for what somebody has to look at


class QueueSetup:
    """A queue and its dead-letter queue."""

    def __init__(self, clients: Clients, settings: Settings, queue: Queue) -> None:
        self._client, self._queue = clients.sqs, queue
        self._name, self._dead_name = settings.message_name(queue.name), settings.message_name(queue.dead)

    def missing(self) -> list[str]:
        """Which of the two are not there, in words. Raises Misconfigured, Unavailable."""
        return [f"queue {name}" for name in (self._name, self._dead_name) if self._find(name) is None]

    def run(self) -> list[str]:
        """Make what is missing; what was made. Raises Misconfigured, Unavailable, Defect."""
        dead, url = self._find(self._dead_name), self._find(self._name)
        made = [f"queue {name}" for name, there in ((self._dead_name, dead), (self._name, url)) if there is None]
        dead = dead or self._create(self._dead_name, MessageRetentionPeriod=KEPT_SECONDS)
        url = url or self._create(self._name, VisibilityTimeout=HIDDEN_SECONDS)
        return made + ([f"redrive of {self._name}"] if self._redrive(url, dead) else [])

    def _find(self, name: str) -> str | None:
        with reading(self._queue.name):
            try:
                return str(call(self._client, "get_queue_url", self._queue.name, QueueName=name)["QueueUrl"])
            except ClientError as error:
                if code_of(error) in NO_QUEUE:
                    return None
                raise

    def _create(self, name: str, **attributes: int) -> str:
        texts = {attribute: str(value) for attribute, value in attributes.items()}
        with changing(self._queue.name):
            answer = call(self._client, "create_queue", self._queue.name, QueueName=name, Attributes=texts)
        return str(answer["QueueUrl"])

    def _redrive(self, url: str, dead: str) -> bool:
        """Let what was received too often go to the dead-letter queue; whether that was still to be said."""
        if self._attribute(url, "RedrivePolicy"):
            return False
        policy = {"deadLetterTargetArn": self._attribute(dead, "QueueArn"), "maxReceiveCount": MOST_RECEIVED}
        told = {"RedrivePolicy": json.dumps(policy)}
        with changing(self._queue.name):
            call(self._client, "set_queue_attributes", self._queue.name, QueueUrl=url, Attributes=told)
        return True

    def _attribute(self, url: str, name: str) -> str:
        with reading(self._queue.name):
            answer: Any = call(
                self._client, "get_queue_attributes", self._queue.name, QueueUrl=url, AttributeNames=[name]
            )
        return str(answer.get("Attributes", {}).get(name, ""))


class TopicSetup:
    def __init__(self, clients: Clients, settings: Settings, topics: Topics, topic: Topic) -> None:
        self._client, self._topics, self._topic = clients.sns, topics, topic
        self._name = settings.message_name(topic.name)

    def missing(self) -> list[str]:
        """The topic, in words, if it is not there. Raises Misconfigured, Unavailable."""
        with reading(self._topic.name):
            try:
                call(self._client, "get_topic_attributes", self._topic.name, TopicArn=self._topics.arn(self._topic))
            except ClientError as error:
                if code_of(error) in NO_TOPIC:
                    return [f"topic {self._name}"]
                raise
        return []

    def run(self) -> list[str]:
        """Make the topic if it is missing; what was made. Raises Misconfigured, Unavailable, Defect."""
        made = self.missing()
        if made:
            with changing(self._topic.name):
                call(self._client, "create_topic", self._topic.name, Name=self._name)
        return made
