"""SQS, one row per message, in the order in which they came."""
# ruff: noqa: SLF001 - the names are those of ministack

import json
from typing import Any, Final

from ministack.services import sqs

from data.emulator.encoding import dumps, loads
from data.emulator.journal import Journal
from data.emulator.ministack_patches import around

QUEUES: Final = "queues"
Stamp = tuple[str, float]  # a stored message never changes elsewhere than here


def messages_of(arn: str) -> str:
    return f"messages:{arn}"


class QueueStore:
    """Keeps the journal true to ministack's queues."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._touched: dict[str, Any] = {}
        self._definitions: dict[str, str] = {}
        self._stamps: dict[str, dict[str, Stamp]] = {}

    def install(self) -> None:
        """Every way to a queue's messages (the API, SNS, S3's events, redrive, long polls) is one of these."""
        around(sqs, "_get_q", self._touch_found)
        around(sqs, "_queue_by_arn", self._touch_found)
        around(sqs, "_collect_msgs", self._touch_given)
        around(sqs, "_dlq_sweep", self._touch_given)

    def restore(self) -> dict[str, Any] | None:
        """All queues with their messages, or None if there are none."""
        queues = sqs._queues.__class__()
        for arn, text in list(self._journal.read(QUEUES)):
            queue = loads(text)
            queue["messages"] = [json.loads(message) for _, message in self._journal.read(messages_of(arn))]
            self._definitions[arn] = text
            self._stamps[arn] = {message["id"]: _stamp(message) for message in queue["messages"]}
            region, account, name = arn.split(":")[3:6]
            queue["url"] = sqs._queue_url_for_account(account, name)  # it holds the port, which may be another now
            queues.set_scoped(account, region, queue["url"], queue)
        return {"queues": queues} if self._definitions else None

    def note(self, *, all_queues: bool = False) -> None:
        """Note what changed in the queues touched since last time; in all of them after one came or went."""
        queues, self._touched = self._touched, {}
        if all_queues:
            queues = {queue["attributes"]["QueueArn"]: queue for queue in sqs._queues.all_values()}
            for arn in self._definitions.keys() - queues.keys():
                self._forget(arn)
        for arn, queue in queues.items():
            self._note_queue(arn, queue)

    def _note_queue(self, arn: str, queue: Any) -> None:
        text = dumps({name: value for name, value in queue.items() if name != "messages"})
        if self._definitions.get(arn) != text:
            self._definitions[arn] = text
            self._journal.put(QUEUES, arn, text)
        before = self._stamps.get(arn, {})
        now = self._stamps[arn] = {message["id"]: _stamp(message) for message in queue["messages"]}
        for message in queue["messages"]:
            if before.get(message["id"]) != now[message["id"]]:
                self._journal.put(messages_of(arn), message["id"], dumps(message))
        for gone in before.keys() - now.keys():
            self._journal.put(messages_of(arn), gone, None)

    def _forget(self, arn: str) -> None:
        self._journal.put(QUEUES, arn, None)
        self._journal.empty(messages_of(arn))
        del self._definitions[arn]
        self._stamps.pop(arn, None)

    def _touch_found(self, real: Any, *args: Any, **kwargs: Any) -> Any:
        queue = real(*args, **kwargs)
        if queue is not None:
            self._touched[queue["attributes"]["QueueArn"]] = queue
        return queue

    def _touch_given(self, real: Any, queue: Any, *args: Any, **kwargs: Any) -> Any:
        self._touched[queue["attributes"]["QueueArn"]] = queue
        return real(queue, *args, **kwargs)


def _stamp(message: Any) -> Stamp:
    return message["receipt_handle"], message["visible_at"]
