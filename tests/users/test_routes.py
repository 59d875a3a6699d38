from datetime import timedelta

import pytest

from data.core.clock import iso
from data.core.permissions import Role
from data.users.table import USERS
from tests.callers import caller, fields, without_reference

SEED_000 = {
    "email": "test@example.com",
    "username": "testuser",
    "role": "user",
    "firstName": "Test",
    "lastName": "User",
    "jobTitle": "Software Engineer",
    "department": "Engineering",
}
USER = {
    *("userId", "email", "username", "firstName", "lastName", "department", "managerId"),
    *("role", "status", "lastSeenAt", "createdAt", "updatedAt", "version"),
}
PROFILE = USER | {"profileId", "jobTitle", "phone", "location", "timezone", "bio", "pictureUrl"}


@pytest.fixture(autouse=True)
def ann(world):
    return world.person(Role.USER, name="ann")


@pytest.fixture
def api(world):
    """The API as an admin calls it."""
    return caller(world, world.person(Role.ADMIN, name="root"))


def test_the_seeds_request_makes_a_person_who_can_come_in(world, api):
    answer = api.post("/api/users", json=SEED_000)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"user", "profile", "setPasswordUrl"}
    assert (set(body["user"]), set(body["profile"])) == (USER, PROFILE)
    assert {name: body["profile"][name] for name in SEED_000} == SEED_000
    address, _, secret = body["setPasswordUrl"].partition("#")
    assert address == "https://ops.example.com/set-password"
    world.services.sessions.set_password(secret, "a password of theirs")
    assert world.services.sessions.sign_in("test@example.com", "a password of theirs", address="192.0.2.1")


def test_a_person_is_found_by_id_path_and_email(api):
    found = [
        api.get(address) for address in ("/api/users?userId=ann", "/api/users/ann", "/api/users?email=ANN@acme.example")
    ]
    assert [answer.status_code for answer in found] == [200, 200, 200]
    assert found[0].json() == found[1].json() == found[2].json()
    assert found[0].json()["profile"]["profileId"] == "ann"
    assert {answer.headers["etag"] for answer in found} == {'"1"'}


def test_the_list_is_filtered_by_role_status_and_department(world, api):
    world.person(Role.MANAGER, name="max", department="Design")
    world.person(Role.ANALYST, name="gone", status="inactive")
    world.person(Role.ADMIN, org="globex", name="eve")

    def ids(query):
        answer = api.get(f"/api/users{query}").json()
        assert set(answer) == {"items", "nextCursor", "examined"}
        return [item["userId"] for item in answer["items"]]

    assert ids("") == ids("?status=active") == ["max", "root", "ann"]
    assert ids("?status=inactive") == ["gone"]
    assert ids("?status=all&limit=100") == ["gone", "max", "root", "ann"]
    assert ids("?role=manager") == ids("?department=Design") == ["max"]
    assert ids("?role=analyst&status=all") == ["gone"]
    assert ids("?department=Nowhere") == []


def test_the_list_is_filtered_by_manager_words_and_absence(world, api):
    world.person(Role.MANAGER, name="max")
    world.person(
        Role.USER,
        name="zoe",
        managerId="max",
        lastName="Zañartu",
        lastSeenAt=iso(world.clock.now() - timedelta(days=40)),
    )
    world.person(Role.USER, name="bob", managerId="max", lastSeenAt=iso(world.clock.now() - timedelta(days=2)))

    def ids(query):
        return [item["userId"] for item in api.get(f"/api/users?{query}").json()["items"]]

    assert ids("managerId=max") == ["bob", "zoe"]
    assert ids("managerId=max&inactiveDays=30") == ["zoe"]
    assert ids("q=zanartu") == ids("q=ZOE@") == ["zoe"]
    assert "bob" not in ids("inactiveDays=30")
    assert ids("q=nobody") == []


def test_words_in_addresses_find_only_oneself_for_analysts(world):
    analyst = caller(world, world.person(Role.ANALYST, name="ada"))
    assert [item["userId"] for item in analyst.get("/api/users?q=ann").json()["items"]] == ["ann"]
    assert [item["userId"] for item in analyst.get("/api/users?q=acme.example").json()["items"]] == ["ada"]


def test_a_cursor_belongs_to_its_filter(api):
    for number in range(3):
        api.post("/api/users", json={"email": f"p{number}@acme.example", "username": f"p{number}x"})
    cursor = api.get("/api/users?limit=2&q=acme").json()["nextCursor"]
    assert api.get(f"/api/users?limit=2&q=acme&cursor={cursor}").status_code == 200
    assert fields(api.get(f"/api/users?limit=2&q=example&cursor={cursor}")) == {"cursor"}


def test_the_list_goes_on_from_its_cursor(api):
    for number in range(4):
        api.post("/api/users", json={"email": f"p{number}@acme.example", "username": f"p{number}x"})
    seen, cursor = [], ""
    while True:
        answer = api.get(f"/api/users?limit=2{cursor}").json()
        seen += [item["username"] for item in answer["items"]]
        if answer["nextCursor"] is None:
            break
        cursor = f"&cursor={answer['nextCursor']}"
    assert seen == ["p3x", "p2x", "p1x", "p0x", "root", "ann"]


@pytest.mark.parametrize("address", ["/api/users?userId=ann", "/api/users/ann"])
def test_put_changes_only_what_is_sent(api, address):
    answer = api.put(address, json={"jobTitle": "Engineer", "department": "Design"})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert answer.json()["profile"]["jobTitle"] == "Engineer"
    cleared = api.put(address, json={"department": None}).json()
    assert (cleared["user"]["department"], cleared["profile"]["jobTitle"]) == (None, "Engineer")
    assert (cleared["user"]["firstName"], cleared["user"]["version"]) == ("Ann", 3)


@pytest.mark.parametrize("seen", ['"2"', "2", 'W/"2"', "*", None])
def test_an_edit_of_the_stored_version_goes_through(api, seen):
    api.put("/api/users/ann", json={"jobTitle": "Engineer"})
    headers = {"if-match": seen} if seen else {}
    assert api.put("/api/users/ann", json={"phone": "+44 1 2"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"if-match": '"1"'}, {}),
        ({"if-match": "1"}, {}),
        ({"if-match": '"0"'}, {}),
        ({"if-match": "99"}, {}),
        ({}, {"version": 1}),
        ({}, {"version": 0}),
        ({"if-match": "*"}, {"version": 1}),
        ({"if-match": '"2"'}, {"version": 1}),
        ({"if-match": '"1"'}, {"version": 2}),
    ],
)
def test_a_stale_version_is_always_a_conflict(api, headers, body):
    api.put("/api/users/ann", json={"jobTitle": "Engineer"})
    answer = api.put("/api/users/ann", json={"phone": "+44 1 2", **body}, headers=headers)
    assert answer.status_code == 409
    assert answer.json()["error"]["versions"]["stored"] == 2
    assert answer.json()["error"]["versions"]["seen"] != 2
    assert api.get("/api/users/ann").json()["profile"]["phone"] is None


def test_deletion_is_soft_and_as_good_twice(world, api):
    for address in ("/api/users/ann", "/api/users?userId=ann"):
        answer = api.delete(address)
        assert (answer.status_code, answer.json()["user"]["status"], answer.headers["etag"]) == (200, "inactive", '"2"')
    assert world.dynamo.get(USERS, {"userId": "ann"})["username"] == "ann"
    assert [record["action"] for record in world.trail("ann")] == ["user_deactivated"]
    assert api.put("/api/users/ann", json={"status": "active"}).json()["user"]["status"] == "active"
    assert api.delete("/api/users/ann", headers={"if-match": '"1"'}).status_code == 409


def test_analysts_get_people_without_addresses(world):
    analyst = caller(world, world.person(Role.ANALYST, name="ana"))
    assert set(analyst.get("/api/users/ann").json()["user"]) == USER - {"email"}
    assert set(analyst.get("/api/users?userId=ann").json()["profile"]) == PROFILE - {"email"}
    listed = {item["userId"]: set(item) for item in analyst.get("/api/users").json()["items"]}
    assert listed == {"ann": USER - {"email"}, "ana": USER}
    assert "ann@acme" not in analyst.get("/api/users?status=all").text
    for email in ("ann@acme.example", "nobody@acme.example"):
        assert analyst.get(f"/api/users?email={email}").status_code == 403


def test_users_reach_their_own_record_alone(world, ann):
    world.person(Role.ADMIN, name="root")
    own = caller(world, ann)
    assert own.get("/api/users?userId=ann").json()["user"]["email"] == "ann@acme.example"
    for method, address in (
        ("GET", "/api/users"),
        ("GET", "/api/users/root"),
        ("PUT", "/api/users/root"),
        ("DELETE", "/api/users/root"),
        ("DELETE", "/api/users/ann"),
    ):
        assert own.request(method, address, json={} if method == "PUT" else None).status_code == 403, (method, address)


def test_other_organisations_are_byte_for_byte_absent(world):
    eve = caller(world, world.person(Role.ADMIN, org="globex", name="eve"))
    for method, address, body in (
        ("GET", "/api/users/{}", None),
        ("GET", "/api/users?userId={}", None),
        ("GET", "/api/users?email={}@acme.example", None),
        ("PUT", "/api/users/{}", {"jobTitle": "x"}),
        ("PUT", "/api/users?userId={}", {"role": "admin", "version": 9}),
        ("DELETE", "/api/users/{}", None),
        ("GET", "/api/profiles?userId={}", None),
        ("GET", "/api/profiles?profileId={}", None),
        ("PUT", "/api/profiles?userId={}", {"bio": "x"}),
        ("POST", "/api/profiles", {"userId": "{}"}),
        ("GET", "/api/profiles?managerId={}", None),
        ("GET", "/api/settings/profile-picture/url?userId={}", None),
        ("DELETE", "/api/settings/profile-picture?userId={}", None),
    ):
        answers = []
        for user_id in ("ann", "no-such-id"):
            sent = {
                name: value.format(user_id) if isinstance(value, str) else value for name, value in (body or {}).items()
            }
            answer = eve.request(method, address.format(user_id), json=sent if body else None)
            answers.append(without_reference(answer) if answer.status_code != 200 else answer.text)
        assert answers[0] == answers[1], (method, address)
        assert "managerId" in address or answers[0][0] == 404, (method, address)
    assert world.dynamo.get(USERS, {"userId": "ann"})["version"] == 1


@pytest.mark.parametrize(
    ("method", "address", "body", "field"),
    [
        ("POST", "/api/users", {**SEED_000, "email": "x"}, "email"),
        ("POST", "/api/users", {**SEED_000, "username": "Test User"}, "username"),
        ("POST", "/api/users", {**SEED_000, "firstName": 7}, "firstName"),
        ("POST", "/api/users", {**SEED_000, "managerId": "nobody"}, "managerId"),
        ("POST", "/api/users", {**SEED_000, "securityVersion": 1}, "securityVersion"),
        ("POST", "/api/users", {"username": "testuser"}, "email"),
        ("POST", "/api/users", [], "body"),
        ("POST", "/api/users", None, "body"),
        ("PUT", "/api/users/ann", {"email": None}, "email"),
        ("PUT", "/api/users/ann", {"userId": "root"}, "userId"),
        ("PUT", "/api/users/ann", {"orgId": "globex"}, "orgId"),
        ("PUT", "/api/users/ann", {"version": "x"}, "version"),
        ("PUT", "/api/users", {"jobTitle": "x"}, "userId"),
        ("DELETE", "/api/users", None, "userId"),
        ("GET", "/api/users?limit=0", None, "limit"),
        ("GET", "/api/users?limit=101", None, "limit"),
        ("GET", "/api/users?limit=many", None, "limit"),
        ("GET", "/api/users?role=emperor", None, "role"),
        ("GET", "/api/users?status=asleep", None, "status"),
        ("GET", "/api/users?cursor=x", None, "cursor"),
        ("GET", "/api/users?userId=a%20b", None, "userId"),
    ],
)
def test_bad_input_names_the_field_as_it_is_sent(api, method, address, body, field):
    answer = api.request(method, address, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")
    assert fields(answer) == {field}
    assert all(sentence.endswith(".") for sentence in answer.json()["error"]["fields"].values())


def test_a_bad_version_header_is_named(api):
    answer = api.put("/api/users/ann", json={}, headers={"if-match": "latest"})
    assert (answer.status_code, fields(answer)) == (422, {"If-Match"})


@pytest.mark.parametrize(
    ("method", "address", "options", "status"),
    [
        ("POST", "/api/users", {"content": "{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/api/users", {"data": SEED_000}, 415),
        ("POST", "/api/users", {"content": "x", "headers": {"content-type": "text/plain"}}, 415),
        ("PATCH", "/api/users/ann", {"json": {}}, 405),
        ("GET", "/api/nowhere", {}, 404),
        ("GET", "/api/users/a%20b", {}, 422),
        ("GET", f"/api/users/{'x' * 129}", {}, 422),
        ("GET", "/api/users/no-such-id", {}, 404),
        ("POST", "/api/users", {"json": {"bio": "x" * 70_000}}, 413),
        ("POST", "/api/users", {"json": SEED_000, "headers": {"sec-fetch-site": "cross-site"}}, 403),
    ],
)
def test_every_refusal_has_the_one_body(api, method, address, options, status):
    answer = api.request(method, address, **options)
    assert answer.status_code == status
    assert {"code", "message", "correlationId"} <= answer.json()["error"].keys()


def test_who_is_not_signed_in_learns_nothing(world):
    nobody = caller(world)
    for method, address in (("GET", "/api/users"), ("GET", "/api/users/ann"), ("GET", "/api/profiles?userId=ann")):
        assert nobody.request(method, address).status_code == 401
    assert nobody.post("/api/users", json=SEED_000, headers={"authorization": "Bearer x"}).status_code == 401


def test_a_taken_address_is_refused_like_a_taken_name(api):
    taken = api.post("/api/users", json={**SEED_000, "email": "Ann@acme.example"})
    assert (taken.status_code, taken.json()["error"]["fields"]) == (422, {"email": "Another person has this e-mail."})
    taken = api.post("/api/users", json={**SEED_000, "username": "ann"})
    assert (taken.status_code, taken.json()["error"]["fields"]) == (422, {"username": "This username cannot be used."})
