"""The page Health, tested by breaking what it reports."""

import importlib.metadata

import pytest

from data.core.permissions import Role
from data.doctor import Finding
from data.doctor import State as FindingState
from data.health import service
from data.jobs.models import WorkerSeen
from data.jobs.repository import JobRepository
from data.jobs.table import JOBS
from data.notifications.models import PUBLISH
from data.storage.unit_of_work import UnitOfWork
from data.users.filters import UserFilter
from data.users.table import USERS
from tests.aws.faults import Refusal, failing
from tests.screens import all_given, given, rows, screen, words


@pytest.fixture
def ada(world):
    return world.person(Role.ADMIN, name="ada")


@pytest.fixture(autouse=True)
def worker(world):
    """A worker that was just here."""
    now = world.clock.now()
    seen = WorkerSeen("w-1", "host-1", 4711, "0.1.0", started_at=now, seen_at=now, busy=0)
    JobRepository(world.dynamo).seen(seen)
    return seen


def states(opened):
    """Name → state of each table and bucket, as the browser gets them."""
    tables = [given(element) for element in opened.get("bidi_component") if "table" in element.proto.component_name]
    return {
        row["cells"]["name"]["name"]: row["cells"]["state"]["word"]
        for table in tables
        for row in table["rows"]
        if "state" in row["cells"] and isinstance(row["cells"]["name"], dict)
    }


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
def test_those_who_are_no_admins_have_no_health(world, role):
    said = words(screen(world, world.person(role), "health"))
    assert "This is not open to you" in said


def test_a_whole_installation_has_no_problem(world, ada):
    opened = screen(world, ada, "health")
    assert "State All is well" in words(opened)
    assert set(states(opened).values()) == {"Ready"}
    assert {"users", "audit-log", "api-dashboard", "media-uploads"} <= states(opened).keys()


def test_it_says_what_it_runs_on_and_when_it_looked(world, ada):
    said = words(screen(world, ada, "health"))
    assert "Runs on Amazon Web Services" in said
    assert "Region us-east-1" in said
    assert "Looked at Sat 21 Nov 2026, 09:00 UTC" in said


def test_a_look_does_not_ask_the_installation_for_versions(world, ada, monkeypatch):
    def missed(name):
        raise importlib.metadata.PackageNotFoundError(name)  # as its cache does when many threads look at once

    monkeypatch.setattr(importlib.metadata.Distribution, "from_name", missed)
    assert world.services.health.look(ada).streamlit


def test_a_missing_table_is_named_with_the_remedy(world, ada):
    world.clients.dynamodb.delete_table(TableName="pre-work-media-dev")
    opened = screen(world, ada, "health")
    assert "State 1 problem" in words(opened)
    assert "Table pre-work-media-dev: The table is not there." in words(opened)
    assert states(opened)["media"] == "Problem"
    assert "python -m data setup" in all_given(opened)


def test_a_missing_index_is_named(world, ada):
    world.clients.dynamodb.update_table(
        TableName="pre-work-audit-log-dev",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ProjectIdIndex"}}],
    )
    said = words(screen(world, ada, "health"))
    assert "Table pre-work-audit-log-dev: Index ProjectIdIndex is missing." in said


def test_a_missing_bucket_is_named(world, ada):
    world.clients.s3.delete_bucket(Bucket="pre-work-thumbnails-dev")
    opened = screen(world, ada, "health")
    assert "Bucket pre-work-thumbnails-dev: The bucket is not there." in words(opened)
    assert states(opened)["thumbnails"] == "Problem"


def test_looking_again_shows_what_was_mended(world, ada):
    world.clients.s3.delete_bucket(Bucket="pre-work-thumbnails-dev")
    opened = screen(world, ada, "health")
    world.clients.s3.create_bucket(Bucket="pre-work-thumbnails-dev")
    opened.button(key="look_again").click().run()
    assert states(opened)["thumbnails"] == "Ready"


def shown(opened):
    """All that the components of a page were given."""
    return all_given(opened)


def test_items_that_no_list_can_show_are_named(world, ada):
    world.store(USERS, {"userId": "broken", "orgId": "acme", "createdAt": "2026", "role": "king"})
    world.services.directory.list_newest(ada)
    said = shown(screen(world, ada, "health"))
    assert "broken" in said
    assert "role: One of" in said


def test_unreadable_items_of_others_are_not_named(world, ada):
    greta = world.person(Role.ADMIN, org="globex", name="greta")
    world.store(USERS, {"userId": "theirs", "orgId": "globex", "createdAt": "2026", "role": "king"})
    assert world.services.directory.list_newest(greta).unreadable
    assert "theirs" not in shown(screen(world, ada, "health"))


def test_an_item_that_was_mended_is_named_no_more(world, ada):
    world.person(Role.USER, name="bob")
    whole = world.dynamo.get(USERS, {"userId": "bob"})
    world.store(USERS, {**whole, "role": "king"})
    assert world.services.directory.list_newest(ada, UserFilter()).unreadable
    world.store(USERS, whole)
    world.services.users.find("bob")
    world.services.directory.names(ada, ["bob"])
    assert "bob" not in shown(screen(world, ada, "health"))


INDEXED = [("OrgIndex", "orgId + createdAt"), ("EntityIdIndex", "entityId")]


def cells(opened, key):
    """The cells of a table of the page, row by row."""
    return [row["cells"] for each in rows(opened, key) for row in given(each)["rows"]]


@pytest.mark.parametrize(("index", "keys"), INDEXED)
def test_a_table_opens_with_its_indexes_and_settings(world, ada, index, keys):
    opened = screen(world, ada, "health", table="audit-log")
    said = words(opened)
    assert "Name pre-work-audit-log-dev Key logId" in said
    assert "Billing On demand" in said
    shown = {cell["name"]["name"]: cell for cell in cells(opened, "health_indexes")}
    assert (shown[index]["name"]["line"], shown[index]["state"]["word"]) == (keys, "Ready")
    assert len(shown) == 7


def test_an_index_that_is_missing_stands_among_the_others(world, ada):
    change = {"Delete": {"IndexName": "ProjectIdIndex"}}
    world.clients.dynamodb.update_table(TableName="pre-work-audit-log-dev", GlobalSecondaryIndexUpdates=[change])
    opened = screen(world, ada, "health", table="audit-log")
    assert "Index ProjectIdIndex is missing." in words(opened)
    shown = {cell["name"]["name"]: cell["state"] for cell in cells(opened, "health_indexes")}
    assert shown["ProjectIdIndex"] == {"word": "Missing", "kind": "bad"}


def test_expiry_and_streams_are_told_as_they_are(world, ada):
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    world.clients.dynamodb.update_table(TableName="api-dashboard", StreamSpecification=stream)
    said = words(screen(world, ada, "health", table="api-dashboard"))
    assert "Expiry By ttl, on" in said
    assert "Stream New and old images" in said


@pytest.mark.parametrize(("attribute", "on"), [("ttl", False), ("other", True)])
def test_expiry_that_is_not_as_declared_is_a_problem(world, ada, attribute, on):
    switch = world.clients.dynamodb.update_time_to_live
    name = "api-dashboard"
    switch(TableName=name, TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"})
    if on:
        switch(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute})
    opened = screen(world, ada, "health")
    expected = "Items expire by other, not by ttl." if on else "Items past their time stay: expiry by ttl is off."
    assert f"Table api-dashboard: {expected}" in words(opened)
    assert states(opened)["api-dashboard"] == "Problem"


def test_a_table_with_other_keys_is_a_problem(world, ada):
    dynamodb, name = world.clients.dynamodb, "pre-work-media-dev"
    dynamodb.delete_table(TableName=name)
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    assert "It is keyed by id, not by mediaId." in words(screen(world, ada, "health"))


def test_a_bucket_opens_with_its_objects_and_rules(world, ada):
    world.clients.s3.put_object(Bucket="pre-work-documents-dev", Key="a.txt", Body=b"12345")
    said = words(screen(world, ada, "health", bucket="documents"))
    assert "Objects 1 Size 5 B Region us-east-1" in said
    assert "Public access Closed Encryption With a key of S3 Versioning Off" in said
    assert "Browsers from https://ops.example.com" in said
    assert "Unfinished uploads given up after 1 day" in said
    assert "under exports/: removed after 7 days" in said


def test_a_bucket_that_was_opened_to_all_says_so(world, ada):
    world.clients.s3.delete_public_access_block(Bucket="pre-work-documents-dev")
    assert "Public access Open" in words(screen(world, ada, "health", bucket="documents"))


def test_rules_that_may_not_be_read_say_so(world, ada):
    opened = screen(world, ada, "health")
    with failing(world.clients.s3, then=Refusal("AccessDenied", 403)):
        opened.query_params["bucket"] = "documents"
        opened.run()
    assert "Public access The installation is not complete" in words(opened)
    assert "Versioning The installation is not complete" in words(opened)
    assert "To mend it, " in words(opened)


@pytest.mark.parametrize("query", [{"table": "users/../x"}, {"bucket": "users"}, {"table": "documents"}])
def test_a_store_that_nobody_declared_is_not_there(world, ada, query):
    assert "of this name" in words(screen(world, ada, "health", **query))


def test_looking_twice_within_a_short_time_asks_aws_once(world, ada):
    opened = screen(world, ada, "health")
    world.clients.s3.delete_bucket(Bucket="pre-work-thumbnails-dev")
    opened.run()
    assert states(opened)["thumbnails"] == "Ready"
    opened.button(key="look_again").click().run()
    assert states(opened)["thumbnails"] == "Problem"


def test_one_remedy_for_several_problems_stands_once(world, ada):
    for name in ("pre-work-media-dev", "pre-work-submissions-dev"):
        world.clients.dynamodb.delete_table(TableName=name)
    opened = screen(world, ada, "health")
    assert "State 2 problems" in words(opened)
    assert len(rows(opened, "remedy_")) == 1


def test_the_worker_and_the_queues_are_shown(world, ada):
    opened = screen(world, ada, "health")
    assert "worker on host-1, process 4711, version 0.1.0: nothing to do" in words(opened)
    shown = {cell["name"]: cell["state"]["word"] for cell in cells(opened, "health_queues")}
    assert shown == dict.fromkeys(("media", "publish", "code-generation", "deployment"), "Ready")


def test_a_worker_that_is_gone_is_a_problem(world, ada):
    world.clock.pass_(minutes=5)
    said = words(screen(world, ada, "health"))
    assert "No worker was seen for 5 min: exports and messages wait." in said
    assert "State 1 problem" in said


def test_a_missing_queue_is_named_with_the_remedy(world, ada):
    sqs = world.clients.sqs
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="pre-work-publish-dev")["QueueUrl"])
    opened = screen(world, ada, "health")
    assert "Queue publish: The installation is not complete: queue pre-work-publish-dev is not there." in words(opened)
    assert "python -m data setup" in shown(opened)


def test_a_failed_job_is_a_problem_until_it_is_tried_again(world, ada):
    job = world.services.jobs.enqueue(UnitOfWork(), ada, PUBLISH, {})
    failed = job.stumbled("The topic is not there.", world.clock.now(), for_good=True)
    world.store(JOBS, failed.to_item())
    opened = screen(world, ada, "health")
    assert "1 job failed. Failed jobs, below, lets you try again." in words(opened)
    assert "The topic is not there." in words(opened)
    opened.button(key=f"retry_{job.job_id}").click().run()
    assert "State All is well" in words(opened)


def test_without_a_table_of_jobs_the_rest_is_shown(world, ada):
    world.clients.dynamodb.delete_table(TableName="pre-work-jobs-dev")
    opened = screen(world, ada, "health")
    assert "Background work cannot be looked at." in words(opened)
    assert states(opened)["jobs"] == "Problem"
    assert states(opened)["users"] == "Ready"


def test_checks_are_run_when_they_are_asked_for(world, ada):
    opened = screen(world, ada, "health")
    assert "Checks not run since this process started" in words(opened)
    opened.button(key="run_checks").click().run()
    assert "checks went well" in words(opened)
    assert "State All is well" in words(opened)
    assert "went well, Sat 21 Nov 2026, 09:00 UTC" in words(opened)


def test_what_the_checks_find_is_shown_with_its_remedy(world, ada):
    topic = world.clients.sns.list_topics()["Topics"][0]["TopicArn"]
    world.clients.sns.delete_topic(TopicArn=topic)
    opened = screen(world, ada, "health")
    opened.button(key="run_checks").click().run()
    assert f"Topic {topic.rpartition(':')[2]}: The topic is not there." in words(opened)
    assert "1 check failed. Checks, below, says what mends each." in words(opened)
    assert len(rows(opened, "remedy_checks")) == 1


def test_checks_are_remembered_for_whoever_looks_next(world, ada):
    world.services.health.check(ada)
    assert "checks went well" in words(screen(world, world.person(Role.ADMIN, name="bea"), "health"))


def test_a_statement_that_mends_is_shown_to_be_copied(world, ada, monkeypatch):
    statement = '{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::x/*"]}'
    finding = Finding("permission", "x", FindingState.DENIED, "AWS does not let us read objects.", statement)
    monkeypatch.setattr(service, "diagnose", lambda *_: (finding,))
    opened = screen(world, ada, "health")
    opened.button(key="run_checks").click().run()
    assert "Permission x: AWS does not let us read objects." in words(opened)
    assert [each.value for each in opened.code] == [statement]


def test_what_checks_find_again_is_counted_once(world, ada):
    world.clients.dynamodb.delete_table(TableName="pre-work-media-dev")
    opened = screen(world, ada, "health")
    opened.button(key="run_checks").click().run()
    assert "State 1 problem" in words(opened)
    assert "Table pre-work-media-dev: The table is not there." in words(opened)
