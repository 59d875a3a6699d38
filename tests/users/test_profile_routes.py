import pytest

from data.core.permissions import Role
from data.users.profile_table import PROFILES
from tests.callers import caller, fields


@pytest.fixture(autouse=True)
def ann(world):
    return world.person(Role.USER, name="ann")


@pytest.fixture
def api(world):
    """The API as an admin calls it."""
    return caller(world, world.person(Role.ADMIN, name="root"))


@pytest.fixture
def by_hand(world, ann):
    """Ann's profile as an earlier tool made it, under an id of its own."""
    key = {"profileId": {"S": "ann"}}
    world.clients.dynamodb.delete_item(TableName=world.settings.table("profiles"), Key=key)
    at = "2026-01-01T00:00:00.000Z"
    item = {"profileId": "p-17", "userId": ann.user_id, "orgId": "acme", "version": 1, "createdAt": at, "updatedAt": at}
    world.store(PROFILES, {**item, "jobTitle": "Clerk"})


def test_a_profile_is_found_by_person_and_by_its_id(api):
    by_user, by_id = api.get("/api/profiles?userId=ann"), api.get("/api/profiles?profileId=ann")
    assert (by_user.status_code, by_user.headers["etag"]) == (200, '"1"')
    assert by_user.json() == by_id.json()
    assert (by_user.json()["profileId"], by_user.json()["pictureUrl"]) == ("ann", None)


@pytest.mark.usefixtures("by_hand")
def test_a_profile_made_by_hand_is_found_and_edited(api):
    found = api.get("/api/profiles?profileId=p-17").json()
    assert (found["userId"], found["profileId"], found["jobTitle"]) == ("ann", "p-17", "Clerk")
    assert api.get("/api/profiles?userId=ann").json() == found
    assert api.put("/api/profiles?profileId=p-17", json={"jobTitle": "Engineer"}).json()["jobTitle"] == "Engineer"


def test_the_team_of_a_manager_is_listed_in_pages(api):
    for name in ("tim", "zoe", "kim"):
        body = {"email": f"{name}@acme.example", "username": name, "firstName": name, "managerId": "ann"}
        assert api.post("/api/users", json=body).status_code == 201
    whole = api.get("/api/profiles?managerId=ann").json()
    assert [item["username"] for item in whole["items"]] == ["kim", "tim", "zoe"]
    assert (whole["nextCursor"], whole["examined"]) == (None, 3)
    first = api.get("/api/profiles?managerId=ann&limit=2").json()
    rest = api.get(f"/api/profiles?managerId=ann&limit=2&cursor={first['nextCursor']}").json()
    assert {item["username"] for item in first["items"] + rest["items"]} == {"kim", "tim", "zoe"}


def test_put_changes_only_what_is_sent(api):
    api.put("/api/profiles?userId=ann", json={"bio": "Hello.", "phone": "+44 1 2"})
    answer = api.put("/api/profiles?userId=ann", json={"bio": None})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    assert (answer.json()["bio"], answer.json()["phone"]) == (None, "+44 1 2")


@pytest.mark.parametrize(
    ("headers", "body"), [({"if-match": '"0"'}, {}), ({}, {"version": 1}), ({"if-match": "1"}, {})]
)
def test_a_stale_version_is_always_a_conflict(api, headers, body):
    api.put("/api/profiles?userId=ann", json={"bio": "Hello."})
    answer = api.put("/api/profiles?userId=ann", json={"bio": "Bye.", **body}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["versions"]["stored"]) == (409, 2)


def test_who_has_no_profile_is_given_one(world, api):
    key = {"profileId": {"S": "ann"}}
    world.clients.dynamodb.delete_item(TableName=world.settings.table("profiles"), Key=key)
    made = api.post("/api/profiles", json={"userId": "ann", "jobTitle": "Engineer"})
    assert (made.status_code, made.json()["jobTitle"]) == (201, "Engineer")
    assert world.dynamo.get(PROFILES, {"profileId": "ann"})["userId"] == "ann"
    again = api.post("/api/profiles", json={"userId": "ann", "jobTitle": "Clerk"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_there")


def test_an_empty_profile_is_made_too(world, api):
    key = {"profileId": {"S": "ann"}}
    world.clients.dynamodb.delete_item(TableName=world.settings.table("profiles"), Key=key)
    assert api.post("/api/profiles", json={"userId": "ann"}).status_code == 201
    assert world.dynamo.get(PROFILES, {"profileId": "ann"})["orgId"] == "acme"
    assert api.post("/api/profiles", json={"userId": "ann"}).status_code == 409


@pytest.mark.parametrize(
    ("method", "address", "body", "field"),
    [
        ("GET", "/api/profiles", None, "userId"),
        ("GET", "/api/profiles?userId=a%20b", None, "userId"),
        ("GET", "/api/profiles?managerId=ann&limit=0", None, "limit"),
        ("GET", "/api/profiles?managerId=ann&cursor=x", None, "cursor"),
        ("PUT", "/api/profiles", {"bio": "x"}, "userId"),
        ("PUT", "/api/profiles?userId=ann", {"email": "x@acme.example"}, "email"),
        ("PUT", "/api/profiles?userId=ann", {"role": "admin"}, "role"),
        ("PUT", "/api/profiles?userId=ann", {"timezone": "Mars/Olympus"}, "timezone"),
        ("PUT", "/api/profiles?userId=ann", {"managerId": "a b"}, "managerId"),
        ("POST", "/api/profiles", {"bio": "x"}, "userId"),
        ("POST", "/api/profiles", {"userId": "x" * 3000}, "userId"),
    ],
)
def test_bad_input_names_the_field_as_it_is_sent(api, method, address, body, field):
    answer = api.request(method, address, json=body)
    assert (answer.status_code, fields(answer)) == (422, {field})


def test_people_edit_their_own_profile_but_not_their_place(world, ann):
    own = caller(world, ann)
    assert own.put("/api/profiles?userId=ann", json={"bio": "Hello."}).status_code == 200
    for body in ({"jobTitle": "Chief"}, {"department": "Board"}, {"managerId": None}):
        assert own.put("/api/profiles?userId=ann", json=body).status_code == 403
    assert own.get("/api/profiles?managerId=ann").status_code == 403
    world.person(Role.USER, name="tim")
    assert own.get("/api/profiles?userId=tim").status_code == 403
