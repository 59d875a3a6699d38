"""SQS as the jobs see it: short messages that only say "look at this"."""

from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from botocore.exceptions import ClientError

from data.aws.calls import call
from data.aws.clients import Clients
from data.aws.errors import SETUP, changing, code_of, reading
from data.config.resources import Queue
from data.config.settings import Settings
from data.core.errors import Misconfigured

LONGEST_WAIT: Final = 5  # seconds of one long poll; our clients give up an answer after ten
GONE: Final = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
SETTLED: Final = frozenset(
    {
        "AWS.SimpleQueueService.MessageNotInflight",
        "InvalidParameterValue",
        "MessageNotInflight",
        "ReceiptHandleIsInvalid",
    }
)
DEPTHS: Final = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it was received, for the how manieth time. It comes again unless it is settled."""

    queue: Queue
    body: str
    receipt: str
    times: int


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages wait, are with a worker, and lie dead. AWS's own estimate."""

    waiting: int
    in_flight: int
    dead: int


class Queues:
    """The queues of one installation, safe to share between threads.

    All methods raise Unavailable, and Misconfigured where a queue is not there; `send` also OutcomeUnknown.
    """

    def __init__(self, clients: Clients, settings: Settings) -> None:
        self._clients, self._settings = clients, settings
        self._urls: dict[tuple[str | None, str], str] = {}
        self._lock = Lock()

    def send(self, queue: Queue, body: str) -> None:
        with changing(queue.name):
            self._call("send_message", queue.name, MessageBody=body)

    def receive(self, queue: Queue, *, hidden: int, wait: int = 0, most: int = 1) -> tuple[Delivery, ...]:
        """Up to `most` messages, hidden from others for so many seconds; waits for the first up to `wait` seconds."""
        with reading(queue.name):
            answer = self._call(
                "receive_message",
                queue.name,
                MaxNumberOfMessages=most,
                VisibilityTimeout=hidden,
                WaitTimeSeconds=min(wait, LONGEST_WAIT),
                AttributeNames=["ApproximateReceiveCount"],
            )
        return tuple(
            Delivery(queue, one["Body"], one["ReceiptHandle"], int(one["Attributes"]["ApproximateReceiveCount"]))
            for one in answer.get("Messages", ())
        )

    def hide(self, delivery: Delivery, seconds: int) -> None:
        """Keep a received message from others for so long, from now on; 0 gives it back."""
        self._about(delivery, "change_message_visibility", VisibilityTimeout=seconds)

    def settle(self, delivery: Delivery) -> None:
        """Remove a received message; that it is gone already is as good."""
        self._about(delivery, "delete_message")

    def depth(self, queue: Queue) -> Depth:
        waiting, in_flight = self._counts(queue.name)
        return Depth(waiting, in_flight, self._counts(queue.dead)[0])

    def _counts(self, name: str) -> tuple[int, int]:
        with reading(name):
            told = self._call("get_queue_attributes", name, AttributeNames=list(DEPTHS))["Attributes"]
        return int(told[DEPTHS[0]]), int(told[DEPTHS[1]])

    def _about(self, delivery: Delivery, operation: str, **request: Any) -> None:
        """A receipt that is not good any more means that the message has come to somebody else, or to its end."""
        name = delivery.queue.name
        with changing(name):
            try:
                self._call(operation, name, ReceiptHandle=delivery.receipt, **request)
            except ClientError as error:
                if code_of(error) not in SETTLED:
                    raise

    def _call(self, operation: str, name: str, **request: Any) -> Any:
        try:
            return call(self._clients.sqs, operation, name, QueueUrl=self._url(name), **request)
        except ClientError as error:
            if code_of(error) in GONE:
                with self._lock:
                    self._urls.clear()
                raise Misconfigured(f"queue {self._settings.message_name(name)} is not there", SETUP) from error
            raise

    def _url(self, name: str) -> str:
        place = (self._clients.endpoint_url, name)
        with self._lock:
            known = self._urls.get(place)
        if known is None:
            answer = call(self._clients.sqs, "get_queue_url", name, QueueName=self._settings.message_name(name))
            known = str(answer["QueueUrl"])
            with self._lock:
                self._urls[place] = known
        return known
