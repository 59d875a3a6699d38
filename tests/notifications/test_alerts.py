"""What the outside is told: with what it tells of, or not at all; once, without secrets."""

import json

import pytest

from data.aws.sns import Topics
from data.aws.sqs import Queues
from data.config.resources import CRITICAL, FILES_QUEUE, PUBLISH_QUEUE, ROLE_CHANGES
from data.core.errors import InvalidInput, NotPermitted, NotSignedIn, RateLimited
from data.core.permissions import Role
from data.jobs.models import JobState
from data.jobs.repository import JobRepository
from data.jobs.table import JOBS
from data.users.models import CreatePerson, EditPerson

NORA = {"email": "nora@acme.example", "username": "nora"}


@pytest.fixture
def outside(world):
    """Somebody who subscribed to both topics: works off what is to be published, and gives what came."""
    topics, queues = Topics(world.clients, world.settings), Queues(world.clients, world.settings)
    url = world.clients.sqs.get_queue_url(QueueName="pre-work-media-dev")["QueueUrl"]
    arn = world.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for topic in (CRITICAL, ROLE_CHANGES):
        world.clients.sns.subscribe(TopicArn=topics.arn(topic), Protocol="sqs", Endpoint=arn)

    def came():
        while world.services.worker.turn(PUBLISH_QUEUE):
            pass
        return [json.loads(json.loads(one.body)["Message"]) for one in queues.receive(FILES_QUEUE, hidden=60, most=10)]

    return came


def test_a_new_admin_is_told_with_the_change_of_role(world, outside):
    root = world.person("admin")
    world.person("user", name="bob")
    world.services.users.edit(root, "bob", EditPerson(role=Role.ADMIN))
    told = {message["reason"]: message for message in outside()}
    assert told.keys() == {"new_admin", "role_changed"}
    assert told["role_changed"]["details"] == {"before": "user", "after": "admin"}
    alert = told["new_admin"]
    assert (alert["event"], alert["orgId"], alert["actorId"], alert["userId"]) == (
        "security_alert",
        "acme",
        "ann",
        "bob",
    )
    assert alert["link"] == "https://ops.example.com/user?id=bob"
    assert "@" not in json.dumps(alert)


def test_an_admin_who_is_created_is_told_too(world, outside):
    root = world.person("admin")
    world.services.users.create(root, CreatePerson.of(**NORA, role=Role.ADMIN))
    assert [message["reason"] for message in outside()] == ["new_admin"]


def test_other_changes_are_nobodys_business_outside(world, outside):
    root = world.person("admin")
    world.services.users.create(root, CreatePerson.of(**NORA))
    world.services.users.edit(root, "ann", EditPerson.of(bio="Likes horses."))
    assert outside() == []


def test_what_did_not_happen_is_not_told(world, outside):
    root = world.person("admin")
    with pytest.raises(InvalidInput):
        world.services.users.create(root, CreatePerson.of(email="ann@acme.example", username="nora", role=Role.ADMIN))
    assert outside() == []


def test_where_guessing_is_slowed_down_it_is_told(world, outside):
    world.person(password="correct horse staple")
    for number in range(6):
        with pytest.raises((NotSignedIn, RateLimited)):
            world.services.sessions.sign_in("ann", f"wrong {number}", address="203.0.113.7")
    (alert,) = outside()
    assert (alert["reason"], alert["userId"], alert["details"]) == ("sign_in_delayed", "ann", {"failures": 5})


def test_a_refused_rise_in_rank_is_told_once_an_hour(world, outside):
    bob = world.person("user", name="bob")
    mia = world.person("manager", name="mia")
    for _ in range(3):
        with pytest.raises(NotPermitted):
            world.services.users.edit(bob, "bob", EditPerson(role=Role.ADMIN))
    with pytest.raises(NotPermitted):
        world.services.users.create(mia, CreatePerson.of(**NORA, role=Role.ADMIN))
    told = [(message["reason"], message["actorId"], message["details"]["role"]) for message in outside()]
    assert sorted(told) == [("refused_rise_in_rank", "bob", "admin"), ("refused_rise_in_rank", "mia", "admin")]
    world.clock.pass_(hours=1)
    with pytest.raises(NotPermitted):
        world.services.users.edit(bob, "bob", EditPerson(role=Role.ADMIN))
    assert len(outside()) == 1


def test_a_refusal_stands_when_its_alert_cannot_be_written(world):
    bob = world.person("user", name="bob")
    world.clients.dynamodb.delete_table(TableName=world.settings.table("jobs"))
    with pytest.raises(NotPermitted):
        world.services.users.edit(bob, "bob", EditPerson(role=Role.ADMIN))
    assert world.services.users.find("bob").role is Role.USER


def test_a_topic_that_is_gone_leaves_a_job_to_retry(world):
    root = world.person("admin")
    world.clients.sns.delete_topic(TopicArn=Topics(world.clients, world.settings).arn(CRITICAL))
    made = world.services.users.create(root, CreatePerson.of(**NORA, role=Role.ADMIN))
    world.services.worker.turn(PUBLISH_QUEUE)
    (job,) = JobRepository(world.dynamo).list_newest("acme", limit=5)
    assert (job.state, job.attempts, job.input["userId"]) == (JobState.QUEUED, 1, made.person.id)
    assert "topic pre-work-activity-critical-dev is not there" in job.error


def test_a_message_that_is_sent_twice_says_the_same(world, outside):
    root = world.person("admin")
    world.services.users.create(root, CreatePerson.of(**NORA, role=Role.ADMIN))
    (job,) = JobRepository(world.dynamo).list_newest("acme", limit=5)
    world.services.worker.turn(PUBLISH_QUEUE)
    world.store(JOBS, job.to_item())  # as if the worker had died before it noted that it was sent
    world.services.jobs.announce(job)
    first, second = outside()
    assert first == second
    assert first["dedup"] == job.job_id
