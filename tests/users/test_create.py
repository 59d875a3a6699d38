import pytest

from data.core.errors import InvalidInput, NotPermitted
from data.core.permissions import Role
from data.credentials.table import claim_key, sign_in_key
from data.registry import TABLES
from data.storage.single_table import API_DASHBOARD
from data.users.models import CreatePerson
from data.users.profile_table import PROFILES
from data.users.table import USERS

NORA = {"email": "nora@acme.example", "username": "nora", "firstName": "Nora", "jobTitle": "Engineer"}


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def create(world, root):
    """Create by an admin; `create(username="bo")` is Nora under another name."""
    return lambda **values: world.services.users.create(root, CreatePerson.of(**(NORA | values)))


def test_a_new_person_has_all_four_items_and_a_record(world, create):
    made = create()
    user_id = made.person.id
    assert world.dynamo.get(USERS, {"userId": user_id})["firstName"] == "Nora"
    assert world.dynamo.get(PROFILES, {"profileId": user_id})["jobTitle"] == "Engineer"
    assert world.dynamo.get(API_DASHBOARD, sign_in_key("nora"))["userId"] == user_id
    assert world.dynamo.get(API_DASHBOARD, claim_key("nora@acme.example"))["userId"] == user_id
    (record,) = world.trail(user_id)
    assert (record["userId"], record["action"], record["after"]["username"]) == ("root", "user_created", "nora")


def test_the_set_password_link_works_exactly_once(world, create):
    secret = create().set_password_url.partition("#")[2]
    assert world.services.sessions.set_password(secret, "a password of nora").username == "nora"
    assert world.services.sessions.sign_in("nora", "a password of nora", address="192.0.2.1").cookie
    with pytest.raises(Exception, match="used already"):
        world.services.sessions.set_password(secret, "another password")


def test_who_gets_a_password_gets_no_link(world, root):
    made = world.services.users.create(root, CreatePerson.of(**NORA), password="a password of nora")
    assert made.set_password_url is None


@pytest.mark.parametrize(
    "email", ["ANN@acme.example", "\uff21nn@acme.example", "ann@ACME.example", " ann@acme.example "]
)
def test_a_taken_email_cannot_be_used_in_any_form(world, create, email):
    world.person(name="ann")
    before = world.everything()
    with pytest.raises(InvalidInput) as refused:
        create(email=email)
    assert refused.value.fields == {"email": "Another person has this e-mail."}
    assert world.everything() == before


def test_a_taken_username_is_refused_in_the_same_words(world, create):
    world.person(org="globex", name="ann", username="nora")
    world.person(name="nora")
    before = world.everything()
    with pytest.raises(InvalidInput) as refused:
        create(email="other@acme.example")
    assert refused.value.fields == {"username": "This username cannot be used."}
    assert world.everything() == before


def test_people_of_other_organisations_keep_their_addresses(world, create):
    world.person(org="globex", name="eve")
    with pytest.raises(InvalidInput) as refused:
        create(email="eve@globex.example")
    assert refused.value.fields == {"email": "This e-mail cannot be used."}


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
def test_only_admins_create_people_of_any_role(world, role):
    actor = world.person(role)
    before = world.everything()
    for new_role in Role:
        with pytest.raises(NotPermitted):
            world.services.users.create(actor, CreatePerson.of(**NORA, role=new_role))
    assert world.everything() == before


@pytest.mark.parametrize("role", Role)
def test_an_admin_creates_people_of_every_role(world, create, role):
    before = world.services.organisations.count_admins("acme")
    assert create(role=role).person.user.role is role
    assert world.services.organisations.count_admins("acme") == before + (role is Role.ADMIN)


@pytest.mark.parametrize("manager", ["nobody", "eve.globex", "gone"])
def test_a_new_person_reports_only_to_somebody_active_here(world, create, manager):
    world.person(Role.ADMIN, org="globex", name="eve")
    world.person(name="gone", status="inactive")
    before = world.everything()
    with pytest.raises(InvalidInput) as refused:
        create(managerId=manager)
    assert set(refused.value.fields) == {"managerId"}
    assert world.everything() == before


@pytest.mark.parametrize("manager", ["", " ", "a b", "x" * 3000, "\udcff"])
def test_what_is_no_id_is_refused_as_manager(create, manager):
    with pytest.raises(InvalidInput) as refused:
        create(managerId=manager)
    assert set(refused.value.fields) == {"managerId"}


def test_managers_of_other_organisations_answer_like_absent_ones(world, create):
    world.person(Role.ADMIN, org="globex", name="eve")
    refusals = []
    for manager in ("eve.globex", "no-such-id"):
        with pytest.raises(InvalidInput) as refused:
            create(managerId=manager)
        refusals.append(refused.value.fields)
    assert refusals[0] == refusals[1]


def test_a_double_click_makes_one_person(world, root):
    first, second = (world.services.users.create(root, CreatePerson.of(**NORA), user_id="draft-1") for _ in range(2))
    assert first.person == second.person
    assert (first.set_password_url is None, second.set_password_url) == (False, None)
    assert len(world.trail("draft-1")) == 1


def test_a_new_person_is_seen_at_once_in_lists(world, root, create):
    world.services.directory.list_newest(root)
    made = create()
    assert world.services.directory.list_newest(root).items[0] == made.person.user


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b@c"}, "email"),
        ({"username": "Nora"}, "username"),
        ({"username": "no"}, "username"),
        ({"role": "root"}, "role"),
        ({"firstName": "x" * 81}, "firstName"),
        ({"firstName": "a\nb"}, "firstName"),
        ({"phone": "call me"}, "phone"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"orgId": "globex"}, "orgId"),
        ({"userId": "root"}, "userId"),
        ({"status": "active"}, "status"),
        ({"securityVersion": 9}, "securityVersion"),
    ],
)
def test_bad_input_names_the_field_and_the_remedy(values, field):
    with pytest.raises(InvalidInput) as refused:
        CreatePerson.of(**(NORA | values))
    assert set(refused.value.fields) == {field}
    assert refused.value.fields[field].endswith(".")


def test_every_item_says_whose_and_how_old_it_is(world):
    founded = world.services.users.create_organisation(
        org_name="New", email="fay@new.example", username="fay", password=None
    )
    actor = world.services.sessions.acting_as(founded.person.id)
    world.services.users.create(actor, CreatePerson.of(**NORA))
    items = [(table.name, item) for table in TABLES for item in world.items(table)]
    assert len(items) > 12
    for name, item in items:
        assert {"orgId", "createdAt", "updatedAt", "version"} <= item.keys(), (name, item)
