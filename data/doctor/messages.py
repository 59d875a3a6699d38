"""Queues with their dead letters, topics, and what may be done with them.

Probes of queues and topics are requests that AWS must refuse for what they say; being allowed is looked at first.
"""

import json
import shlex
from collections.abc import Iterator
from typing import Any, Final

from data.aws.error_codes import SETUP
from data.aws.permission_probes import Answer, ask
from data.config.resources import MOST_RECEIVED, Queue, Topic
from data.doctor.environment import NOT_NOW, Patient, Probe, allow, probe
from data.doctor.findings import Finding, State

NO_RECEIPT: Final = {"ReceiptHandle": "none"}
NO_MESSAGE: Final = {"MessageBody": "", "DelaySeconds": 901}
NO_NEWS: Final = {"Message": "", "Subject": "x" * 101, "MessageStructure": "json"}
TOO_LONG: Final = 43_201  # seconds


def examine_queue(patient: Patient, queue: Queue) -> tuple[Finding, ...]:
    """All there is to say of one declared queue and its dead letters."""
    found = [_look(patient, patient.settings.message_name(name)) for name in (queue.name, queue.dead)]
    findings = [finding for finding, _, _ in found]
    (living, url, attributes), (_, _, dead) = found
    if all(finding.ok for finding in findings):
        findings.append(_redrive(living.name, url, attributes, dead["QueueArn"]))
    if living.ok and patient.limited:
        findings.append(patient.may(living.name, _probes(patient, living.name, url)))
    return tuple(findings)


def examine_topic(patient: Patient, topic: Topic) -> tuple[Finding, ...]:
    """All there is to say of one declared topic."""
    name, client = patient.settings.message_name(topic.name), patient.clients.sns
    arn = patient.arn("sns", name)
    finding = _there(patient, "topic", name, ask(client, "get_topic_attributes", topic.name, TopicArn=arn))
    if finding.state is State.MISSING or not patient.limited:
        return (finding,)
    publishing = probe("sns:Publish", arn, client, "publish", TopicArn=arn, **NO_NEWS)
    return (finding, patient.may(name, [publishing]))


def _look(patient: Patient, name: str) -> tuple[Finding, str, Any]:
    """The queue, its address, its attributes."""
    client = patient.clients.sqs
    address = ask(client, "get_queue_url", name, QueueName=name)
    url = address.told.get("QueueUrl", "")
    told = ask(client, "get_queue_attributes", name, QueueUrl=url, AttributeNames=["All"]) if url else address
    return _there(patient, "queue", name, told), url, told.told.get("Attributes", {})


def _there(patient: Patient, area: str, name: str, answer: Answer) -> Finding:
    if answer.missing:
        return Finding(area, name, State.MISSING, f"The {area} is not there.", SETUP)
    if answer.denied:
        seeing = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"] if area == "queue" else ["sns:GetTopicAttributes"]
        remedy = allow(seeing, [patient.arn(seeing[0].partition(":")[0], name)])
        return Finding(area, name, State.DENIED, "AWS does not let us look whether it is there.", remedy)
    if not answer.told:
        return Finding(area, name, State.UNKNOWN, "Whether it is there is not known.", NOT_NOW)
    return Finding(area, name)


def _redrive(name: str, url: str, attributes: Any, dead: str) -> Finding:
    """Whether what was received too often goes where somebody sees it."""
    told = attributes.get("RedrivePolicy", "")
    if not told:
        return Finding("redrive", name, State.MISSING, "Dead letters go nowhere.", SETUP)
    policy = json.loads(told)
    if policy.get("deadLetterTargetArn") == dead and int(policy.get("maxReceiveCount", 0)) == MOST_RECEIVED:
        return Finding("redrive", name)
    wanted = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": MOST_RECEIVED})
    said = shlex.quote(json.dumps({"RedrivePolicy": wanted}))
    remedy = f"aws sqs set-queue-attributes --queue-url {url} --attributes {said}"
    problem = f"What was received {MOST_RECEIVED} times does not go to its own queue of dead letters."
    return Finding("redrive", name, State.BROKEN, problem, remedy)


def _probes(patient: Patient, name: str, url: str) -> Iterator[Probe]:
    client, arn, queue = patient.clients.sqs, patient.arn("sqs", name), {"QueueUrl": url}
    yield probe("sqs:SendMessage", arn, client, "send_message", **queue, **NO_MESSAGE)
    yield probe("sqs:ReceiveMessage", arn, client, "receive_message", **queue, MaxNumberOfMessages=0)
    yield probe("sqs:DeleteMessage", arn, client, "delete_message", **queue, **NO_RECEIPT)
    hidden = {**NO_RECEIPT, "VisibilityTimeout": TOO_LONG}
    yield probe("sqs:ChangeMessageVisibility", arn, client, "change_message_visibility", **queue, **hidden)
