from random import Random

import pytest

from data.core.errors import Conflict, InvalidInput, NotFound
from data.core.permissions import Permission, Role
from data.credentials.table import claim_key, sign_in_key
from data.storage.single_table import API_DASHBOARD
from data.users.models import EditConflict, EditPerson
from data.users.profile_table import PROFILES
from data.users.table import USERS


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture(autouse=True)
def ann(world):
    return world.person(Role.USER, name="ann")


@pytest.fixture
def edit(world, root):
    """Edit Ann by an admin: `edit(jobTitle="Engineer")`; the options are of the service."""

    def by_admin(*, base=None, seen_version=None, **values):
        command = EditPerson.of(**values)
        return world.services.users.edit(root, "ann", command, base=base, seen_version=seen_version)

    return by_admin


@pytest.fixture
def stored(world, root):
    return lambda: world.services.users.get_person_for(root, "ann", Permission.READ_USERS)


def test_only_the_sent_fields_change(world, edit):
    before = [world.dynamo.get(USERS, {"userId": "ann"}), world.dynamo.get(PROFILES, {"profileId": "ann"})]
    edit(jobTitle="Engineer", department="Design")
    after = [world.dynamo.get(USERS, {"userId": "ann"}), world.dynamo.get(PROFILES, {"profileId": "ann"})]
    changed = [{name for name in new if new[name] != old.get(name)} for old, new in zip(before, after, strict=True)]
    assert changed == [
        {"department", "updatedAt", "version"},
        {"department", "jobTitle", "updatedAt", "version"},
    ]


def test_a_null_clears_what_may_be_empty(world, edit):
    edit(department="Design", bio="Hello.")
    edit(department=None, bio="")
    assert "department" not in world.dynamo.get(USERS, {"userId": "ann"})
    assert not {"department", "bio"} & world.dynamo.get(PROFILES, {"profileId": "ann"}).keys()


@pytest.mark.parametrize("field", ["email", "role", "status"])
def test_what_everybody_has_cannot_be_cleared(field):
    with pytest.raises(InvalidInput) as refused:
        EditPerson.of(**{field: None})
    assert set(refused.value.fields) == {field}


def test_attributes_of_others_are_left_as_they_are(world, edit):
    legacy = {"tags": {"a", "b"}, "ratio": 2**70, "blob": b"\x00\xff", "none": None, "empty": ""}
    for table, key in ((USERS, {"userId": "ann"}), (PROFILES, {"profileId": "ann"})):
        world.store(table, {**world.dynamo.get(table, key), "legacy": legacy})
    edit(firstName="Anna", bio="Hello.")
    for table, key in ((USERS, {"userId": "ann"}), (PROFILES, {"profileId": "ann"})):
        assert world.dynamo.get(table, key)["legacy"] == legacy


def test_an_edit_that_changes_nothing_writes_nothing(world, edit):
    edit(jobTitle="Engineer")
    before = world.everything()
    assert edit(jobTitle="Engineer", firstName="Ann").version == 2
    assert world.everything() == before


def test_two_editors_of_different_fields_are_merged(edit, stored):
    base = stored()
    edit(base=base, jobTitle="Engineer")
    edit(base=base, phone="+44 20 7946 0000")
    assert (stored().profile.job_title, stored().profile.phone) == ("Engineer", "+44 20 7946 0000")


def test_two_editors_of_one_field_learn_of_each_other(world, edit, stored):
    base = stored()
    edit(base=base, jobTitle="Engineer")
    before = world.everything()
    with pytest.raises(EditConflict) as refused:
        edit(base=base, jobTitle="Designer", phone="+44 20 7946 0000")
    conflict = refused.value
    assert (conflict.names, conflict.base, conflict.theirs) == (("job_title",), base, stored())
    assert conflict.fields == {"jobTitle": "This is now Engineer."}
    assert (conflict.versions.seen, conflict.versions.stored) == (1, 2)
    assert world.everything() == before


def test_two_editors_of_one_mind_do_not_conflict(edit, stored):
    base = stored()
    edit(base=base, jobTitle="Engineer")
    assert edit(base=base, jobTitle="Engineer").version == 2


def test_a_stale_version_is_a_conflict_with_both_versions(world, edit):
    edit(jobTitle="Engineer", seen_version=1)
    before = world.everything()
    with pytest.raises(Conflict) as refused:
        edit(phone="+44 20 7946 0000", seen_version=1)
    assert (refused.value.versions.seen, refused.value.versions.stored) == (1, 2)
    assert world.everything() == before


def test_fifty_interleaved_saves_lose_nothing_silently(edit, stored):
    random, copies, conflicts, written = Random(9), [stored(), stored()], 0, {}  # noqa: S311 - the same order each time
    fields = ["jobTitle", "location"]
    for number in range(50):
        editor, field = random.randrange(2), random.choice(fields)
        try:
            copies[editor] = edit(base=copies[editor], **{field: f"{number}"})
            written[field] = f"{number}"
        except EditConflict as conflict:
            conflicts += 1
            assert conflict.fields == {field: f"This is now {written[field]}."}  # noqa: PT017 - some saves conflict
            copies[editor] = conflict.theirs
        now = stored()
        assert {"jobTitle": now.profile.job_title, "location": now.profile.location} == {
            field: written.get(field) for field in fields
        }
    assert 0 < conflicts < 50


def test_a_write_between_read_and_write_is_not_overwritten(world, root, edit, stored, monkeypatch):
    commit = type(world.dynamo).commit

    def after_another(self, writes):
        monkeypatch.setattr(type(world.dynamo), "commit", commit)
        world.services.users.edit(root, "ann", EditPerson.of(location="Lisbon"))
        commit(self, writes)

    monkeypatch.setattr(type(world.dynamo), "commit", after_another)
    edit(jobTitle="Engineer")
    assert (stored().profile.job_title, stored().profile.location, stored().version) == ("Engineer", "Lisbon", 3)


def test_a_new_email_signs_in_and_the_old_one_is_free(world, edit):
    edit(email="anna@acme.example")
    assert world.dynamo.get(API_DASHBOARD, claim_key("ann@acme.example")) is None
    assert world.dynamo.get(API_DASHBOARD, claim_key("anna@acme.example"))["userId"] == "ann"
    assert world.dynamo.get(API_DASHBOARD, sign_in_key("ann"))["email"] == "anna@acme.example"
    world.person(name="ann2", email="ann@acme.example")


def test_an_edit_to_a_taken_email_changes_nothing(world, edit):
    world.person(org="globex", name="eve")
    before = world.everything()
    with pytest.raises(InvalidInput) as refused:
        edit(email="EVE@globex.example", jobTitle="Engineer")
    assert refused.value.fields == {"email": "This e-mail cannot be used."}
    assert world.everything() == before


def test_ones_own_email_may_change_its_spelling(world, edit, stored):
    edit(email="Ann@Acme.example")
    assert stored().user.email == "Ann@Acme.example"
    assert world.services.credentials.find("ann@acme.example").username == "ann"


@pytest.mark.parametrize(
    ("values", "action"),
    [
        ({"jobTitle": "Engineer"}, "profile_updated"),
        ({"email": "anna@acme.example"}, "user_updated"),
        ({"role": "manager"}, "role_changed"),
        ({"status": "inactive"}, "user_deactivated"),
    ],
)
def test_every_change_leaves_a_record_with_before_and_after(world, edit, values, action):
    edit(**values)
    (record,) = world.trail("ann")
    (field,) = values
    assert (record["userId"], record["action"], record["entityName"]) == ("root", action, "Ann Acme")
    assert (record["before"].get(field), record["after"][field]) != (record["after"][field], None)
    assert record["after"][field] == values[field]


def test_without_its_record_no_change_is_made(world, edit, monkeypatch):
    monkeypatch.setattr(world.identifiers, "new", lambda: "the-same-id")
    edit(jobTitle="Engineer")
    before = world.everything()
    with pytest.raises(Conflict):
        edit(jobTitle="Designer", email="anna@acme.example")
    assert world.everything() == before


def test_a_person_without_a_profile_gets_one(world, edit, stored):
    world.clients.dynamodb.delete_item(TableName=world.settings.table("profiles"), Key={"profileId": {"S": "ann"}})
    edit(jobTitle="Engineer")
    assert (stored().profile.job_title, stored().profile.version, stored().version) == ("Engineer", 2, 2)


def test_a_profile_made_by_hand_keeps_its_own_id(world, edit, stored):
    world.clients.dynamodb.delete_item(TableName=world.settings.table("profiles"), Key={"profileId": {"S": "ann"}})
    item = {"profileId": "p-17", "userId": "ann", "orgId": "acme", "version": 1, "jobTitle": "Clerk"}
    world.store(PROFILES, item | {"createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z"})
    edit(jobTitle="Engineer")
    assert stored().profile.profile_id == "p-17"
    assert [item["jobTitle"] for item in world.items(PROFILES) if item["userId"] == "ann"] == ["Engineer"]


def test_a_broken_record_is_a_defect_of_ours_not_a_crash(world, edit, root):
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "ann"}), "role": "emperor"})
    with pytest.raises(Exception, match="cannot be read") as refused:
        edit(jobTitle="Engineer")
    assert refused.value.code == "defect"
    assert world.services.directory.names(root, ["ann", "root"]).keys() == {"root"}


def test_absent_people_and_those_of_others_answer_alike(world):
    stranger = world.person(Role.ADMIN, org="globex", name="eve")
    before = world.everything()
    for act in (
        lambda user_id: world.services.users.edit(stranger, user_id, EditPerson.of(jobTitle="x")),
        lambda user_id: world.services.users.edit(stranger, user_id, EditPerson.of(role="user"), seen_version=7),
        lambda user_id: world.services.users.deactivate(stranger, user_id),
        lambda user_id: world.services.users.reactivate(stranger, user_id),
        lambda user_id: world.services.users.set_avatar(stranger, user_id, "a", "b"),
        lambda user_id: world.services.directory.get(stranger, user_id),
        lambda user_id: world.services.directory.get_by_profile(stranger, user_id),
        lambda user_id: world.services.directory.get_by_email(stranger, f"{user_id}@acme.example"),
        lambda user_id: world.services.directory.history(stranger, user_id),
        lambda user_id: world.services.directory.effects(stranger, user_id),
    ):
        answers = []
        for user_id in ("ann", "no-such-id"):
            with pytest.raises(NotFound) as refused:
                act(user_id)
            answers.append(str(refused.value))
        assert answers[0] == answers[1]
    assert world.everything() == before


def test_a_broken_person_of_others_answers_like_nobody(world):
    stranger = world.person(Role.ADMIN, org="globex", name="eve")
    world.store(USERS, {**world.dynamo.get(USERS, {"userId": "ann"}), "role": "emperor"})
    world.store(PROFILES, {**world.dynamo.get(PROFILES, {"profileId": "ann"}), "version": "many"})
    for act in (
        lambda: world.services.directory.get(stranger, "ann"),
        lambda: world.services.directory.get_by_profile(stranger, "ann"),
        lambda: world.services.users.edit(stranger, "ann", EditPerson.of(jobTitle="x")),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_profile_of_others_under_ones_id_is_never_taken(world, stored):
    world.clients.dynamodb.delete_item(TableName=world.settings.table("profiles"), Key={"profileId": {"S": "ann"}})
    at = {"createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z", "version": 1}
    world.store(PROFILES, {"profileId": "p-17", "userId": "ann", "orgId": "globex", "bio": "A secret of theirs.", **at})
    assert (stored().profile.bio, stored().profile.version) == (None, 0)
    world.store(PROFILES, {"profileId": "p-18", "userId": "ann", "orgId": "acme", "bio": "Hello.", **at})
    assert stored().profile.bio == "Hello."
