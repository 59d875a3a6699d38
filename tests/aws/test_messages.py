"""Queues and topics: made by setup, used by the jobs; what is missing is named."""

import json

import pytest

from data.aws.provisioning import missing, setup
from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.config.resources import CRITICAL, FILES_QUEUE, MOST_RECEIVED, PUBLISH_QUEUE
from data.core.errors import Misconfigured
from data.registry import TABLES


@pytest.fixture
def queues(world):
    return Queues(world.clients, world.settings)


@pytest.fixture
def topics(world):
    return Topics(world.clients, world.settings)


def received(queues, queue=FILES_QUEUE, **more):
    return queues.receive(queue, hidden=0, most=10, **more)


def url_of(world, name):
    return world.clients.sqs.get_queue_url(QueueName=world.settings.message_name(name))["QueueUrl"]


def test_a_message_comes_again_until_it_is_settled(queues):
    queues.send(FILES_QUEUE, "one")
    assert [(one.body, one.times) for one in received(queues)] == [("one", 1)]
    (again,) = received(queues)
    assert again.times == 2
    queues.settle(again)
    queues.settle(again)
    queues.hide(again, 0)
    assert received(queues) == ()


def test_a_hidden_message_is_nobody_elses(queues):
    queues.send(FILES_QUEUE, "one")
    (one,) = queues.receive(FILES_QUEUE, hidden=60)
    assert received(queues) == ()
    assert queues.depth(FILES_QUEUE).in_flight == 1
    queues.hide(one, 0)
    assert len(received(queues)) == 1


def test_what_nobody_settles_goes_to_the_dead_letters(queues):
    queues.send(FILES_QUEUE, "poison")
    for _ in range(MOST_RECEIVED + 1):
        received(queues)
    assert (queues.depth(FILES_QUEUE).waiting, queues.depth(FILES_QUEUE).dead) == (0, 1)


def test_a_topic_reaches_whoever_subscribed(world, queues, topics):
    arn = world.clients.sqs.get_queue_attributes(QueueUrl=url_of(world, "publish"), AttributeNames=["QueueArn"])
    endpoint = arn["Attributes"]["QueueArn"]
    world.clients.sns.subscribe(TopicArn=topics.arn(CRITICAL), Protocol="sqs", Endpoint=endpoint)
    topics.publish(CRITICAL, {"event": "security_alert"}, event="security_alert", dedup="1")
    (one,) = received(queues, PUBLISH_QUEUE)
    told = json.loads(one.body)
    assert json.loads(told["Message"]) == {"event": "security_alert"}
    assert told["MessageAttributes"]["dedup"]["Value"] == "1"


def test_what_is_gone_is_missed_and_made_again(world, queues, topics):
    assert missing(world.clients, world.settings, TABLES) == ()
    world.clients.sqs.delete_queue(QueueUrl=url_of(world, "media"))
    world.clients.sqs.delete_queue(QueueUrl=url_of(world, "publish-dlq"))
    world.clients.sns.delete_topic(TopicArn=topics.arn(CRITICAL))
    gone = ("queue pre-work-media-dev", "queue pre-work-publish-dev-dlq", "topic pre-work-activity-critical-dev")
    assert set(missing(world.clients, world.settings, TABLES)) == set(gone)
    with pytest.raises(Misconfigured, match="queue pre-work-media-dev is not there"):
        queues.send(FILES_QUEUE, "lost")
    with pytest.raises(Misconfigured, match="topic pre-work-activity-critical-dev is not there"):
        topics.publish(CRITICAL, {}, event="x", dedup="x")
    assert set(gone) <= set(setup(world.clients, world.settings, TABLES).made)
    queues.send(FILES_QUEUE, "found")
    assert missing(world.clients, world.settings, TABLES) == ()
    assert setup(world.clients, world.settings, TABLES).made == ()
