"""The page Health, tested by breaking what it reports."""

import json

import pytest

from data.permissions import Role
from data.users.table import USERS
from tests.screens import screen, words


@pytest.fixture
def ada(world):
    return world.person(Role.ADMIN, name="ada")


def states(opened):
    """Name → state of each table and bucket, as the browser gets them."""
    tables = [
        json.loads(element.proto.json)
        for element in opened.get("bidi_component")
        if "table" in element.proto.component_name
    ]
    return {
        row["cells"]["name"]["name"]: row["cells"]["state"]["word"]
        for table in tables
        for row in table["rows"]
        if "state" in row["cells"]
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


def test_a_missing_table_is_named_with_the_remedy(world, ada):
    world.clients.dynamodb.delete_table(TableName="pre-work-media-dev")
    opened = screen(world, ada, "health")
    assert "State 1 problem" in words(opened)
    assert "Table pre-work-media-dev: media is not there." in words(opened)
    assert states(opened)["media"] == "Problem"
    assert any("python -m data setup" in element.proto.json for element in opened.get("bidi_component"))


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
    return "".join(element.proto.json for element in opened.get("bidi_component"))


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
    assert world.services.directory.list_newest(ada, status=None).unreadable
    world.store(USERS, whole)
    world.services.users.find("bob")
    world.services.directory.names(ada, ["bob"])
    assert "bob" not in shown(screen(world, ada, "health"))
