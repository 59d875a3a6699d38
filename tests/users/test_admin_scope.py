"""A token with scope `people` cannot take over an admin's account, nor make an admin, through any entry point."""

import pytest

from data.core.errors import NotPermitted
from data.core.permissions import Role
from data.jobs.table import JOBS
from data.storage.consistency import Coherence
from data.users.models import CreatePerson, EditPerson
from data.users.table import USERS
from tests.doors import Browser

MISSING = "scope is people; this takes the scope all"
TAKEOVERS = [
    ("ada", {"email": "thief@evil.example"}),
    ("ada", {"email": "ADA@acme.example"}),
    ("ada", {"role": "manager"}),
    ("ada", {"status": "inactive"}),
    ("ada", {"role": "user", "status": "inactive"}),
    ("ada", {"email": "thief@evil.example", "role": "manager", "firstName": "Ada"}),
    ("dora", {"status": "active"}),
    ("dora", {"email": "thief@evil.example"}),
    ("dora", {"role": "user"}),
    ("dora", {"role": "user", "status": "active"}),
    ("ann", {"role": "admin"}),
    ("ann", {"role": "admin", "department": "Sales"}),
    ("root", {"email": "thief@evil.example"}),
    ("root", {"role": "user"}),
]
HARMLESS = [
    ("ada", {"firstName": "Adele"}),
    ("ada", {"email": "ada@acme.example", "status": "active", "department": "Sales"}),
    ("ann", {"email": "anna@acme.example"}),
    ("ann", {"role": "manager"}),
    ("ann", {"status": "inactive"}),
]


@pytest.fixture
def root(world):
    """The admin who made the token; with two more admins, one of them deactivated, and a user."""
    world.person(Role.ADMIN, name="ada")
    world.person(Role.ADMIN, name="dora", status="inactive")
    world.person(Role.USER, name="ann")
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def token(world, root):
    return world.services.sessions.create_token(root, "HR", scopes=["people"])[1]


@pytest.fixture
def clerk(world, token):
    """The owner of the token, as the API identifies them."""
    return world.services.sessions.bearer(token)


@pytest.fixture
def program(world, token):
    return Browser(world, headers={"authorization": f"Bearer {token}"}).http


def stored(world):
    return {item["userId"]: item for item in world.items(USERS)}


@pytest.mark.parametrize(("target", "fields"), TAKEOVERS)
def test_no_edit_with_the_scope_people_takes_over_an_admin(world, clerk, target, fields):
    before = stored(world)
    with pytest.raises(NotPermitted, match=MISSING):
        world.services.users.edit(clerk, target, EditPerson.of(**fields))
    assert stored(world) == before
    assert {record["action"] for record in world.trail(target)} <= {"token_created"}


@pytest.mark.parametrize(("target", "fields"), TAKEOVERS)
def test_the_api_refuses_it_by_path_and_by_query_and_names_the_scope(world, program, target, fields):
    before = stored(world)
    for path in (f"/api/users/{target}", f"/api/users?userId={target}"):
        answer = program.put(path, json=fields)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted"), answer.text
        assert MISSING in answer.json()["error"]["message"]
    assert {name: item["version"] for name, item in stored(world).items()} == {
        name: item["version"] for name, item in before.items()
    }


@pytest.mark.parametrize("path", ["/api/users/ada", "/api/users?userId=ada"])
def test_the_api_does_not_deactivate_an_admin_for_the_scope_people(world, program, path):
    answer = program.delete(path)
    assert answer.status_code == 403
    assert MISSING in answer.json()["error"]["message"]
    assert stored(world)["ada"]["status"] == "active"


def test_the_api_creates_no_admin_for_the_scope_people(world, program):
    body = {"email": "new@acme.example", "username": "newcomer", "role": "admin"}
    answer = program.post("/api/users", json=body)
    assert answer.status_code == 403
    assert MISSING in answer.json()["error"]["message"]
    assert len(stored(world)) == 4


@pytest.mark.parametrize("fields", [{"email": "thief@evil.example"}, {"role": "user"}, {"status": "active"}])
def test_profiles_have_no_field_that_takes_over_an_admin(world, program, fields):
    answer = program.put("/api/profiles?userId=dora", json=fields)
    assert answer.status_code == 422
    assert stored(world)["dora"]["status"] == "inactive"


@pytest.mark.parametrize(("target", "fields"), HARMLESS)
def test_the_scope_people_still_does_what_it_is_for(world, clerk, target, fields):
    command = EditPerson.of(**fields)
    after = world.services.users.edit(clerk, target, command)
    assert {name: after.value(name) for name in command.sent()} == command.sent()


@pytest.mark.parametrize(("target", "fields"), [pair for pair in TAKEOVERS if pair[0] != "root"])
def test_the_scope_all_still_does_all_of_it(world, root, target, fields):
    command = EditPerson.of(**fields)
    after = world.services.users.edit(root, target, command)
    assert {name: after.value(name) for name in command.sent()} == command.sent()


def test_the_rule_looks_at_the_stored_user_and_not_at_the_one_an_editor_saw(world, root, clerk):
    base = world.services.users.get_person_for(clerk, "ann", "users:read")
    world.services.users.edit(root, "ann", EditPerson.of(role="admin"))
    with pytest.raises(NotPermitted, match=MISSING):
        world.services.users.edit(clerk, "ann", EditPerson.of(email="thief@evil.example"), base=base)
    assert stored(world)["ann"]["email"] == "ann@acme.example"


def test_a_promotion_between_the_check_and_the_write_is_noticed(world, root, clerk, monkeypatch):
    commit, raced = Coherence.commit, []

    def overtaken(self, org_id, writes):
        if not raced:
            raced.append(org_id)
            world.services.users.edit(root, "ann", EditPerson.of(role="admin"))
        return commit(self, org_id, writes)

    monkeypatch.setattr(Coherence, "commit", overtaken)
    with pytest.raises(NotPermitted, match=MISSING):
        world.services.users.edit(clerk, "ann", EditPerson.of(email="thief@evil.example"))
    assert (stored(world)["ann"]["role"], stored(world)["ann"]["email"]) == ("admin", "ann@acme.example")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda users, clerk: users.edit(clerk, "ann", EditPerson.of(role="admin")),
        lambda users, clerk: users.create(clerk, CreatePerson.of(email="n@n.example", username="new", role="admin")),
    ],
    ids=["edit", "create"],
)
def test_an_attempt_to_make_an_admin_raises_an_alert(world, clerk, attempt):
    with pytest.raises(NotPermitted, match=MISSING):
        attempt(world.services.users, clerk)
    assert sum("refused_rise_in_rank" in str(job) for job in world.items(JOBS)) == 1


@pytest.mark.parametrize(
    "takeover",
    [
        lambda sessions, clerk: sessions.new_link(clerk, "ada"),
        lambda sessions, clerk: sessions.unlock(clerk, "ada"),
        lambda sessions, clerk: sessions.sign_out_everywhere(clerk, "ada"),
        lambda sessions, clerk: sessions.list_of(clerk, "ada"),
        lambda sessions, clerk: sessions.create_token(clerk, "another"),
    ],
    ids=["link", "unlock", "sign out", "sessions", "token"],
)
def test_what_is_equivalent_to_a_takeover_takes_the_scope_all_as_before(world, clerk, takeover):
    before = stored(world)
    with pytest.raises(NotPermitted):
        takeover(world.services.sessions, clerk)
    assert stored(world) == before
