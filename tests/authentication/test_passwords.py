import pytest

from data.core.errors import Conflict, InvalidInput, NotFound, NotSignedIn, RateLimited
from data.core.permissions import Role
from data.credentials.table import digest
from data.registry import TABLES
from data.users.models import EditPerson
from tests.doors import PASSWORD

NEW = "a new horse in the stable"


@pytest.fixture
def ann(world):
    return world.person(password=PASSWORD)


@pytest.fixture
def admin(world):
    return world.person(Role.ADMIN, name="root")


def actor_of(world, opened):
    return world.services.sessions.actor(opened.user.user_id, digest(opened.cookie.rpartition(".")[2]))


def sign_in(world, password):
    return world.services.sessions.sign_in("ann", password, address="192.0.2.1")


def everything(world):
    return [world.items(table) for table in TABLES]


def secret_of(url):
    return url.partition("#")[2]


def test_a_changed_password_ends_all_other_sessions(world, ann):
    here, there = world.opened(ann), world.opened(ann)
    _, token = world.services.sessions.create_token(ann, "script")
    world.services.sessions.change_password(actor_of(world, here), PASSWORD, NEW)
    assert actor_of(world, here).user_id == "ann"
    with pytest.raises(NotSignedIn):
        actor_of(world, there)
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(token)


def test_only_the_new_password_opens_afterwards(world, ann):
    world.services.sessions.change_password(actor_of(world, world.opened(ann)), PASSWORD, NEW)
    assert sign_in(world, NEW).user.user_id == "ann"
    with pytest.raises(NotSignedIn):
        sign_in(world, PASSWORD)
    assert "password_changed" in {record["action"] for record in world.trail("ann")}


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("wrong", NEW, "current"), (PASSWORD, "short", "password"), (PASSWORD, "ann@acme.example", "password")],
)
def test_a_refused_change_of_password_changes_nothing(world, ann, current, new, field):
    actor = actor_of(world, world.opened(ann))
    with pytest.raises(InvalidInput) as refusal:
        world.services.sessions.change_password(actor, current, new)
    assert field in refusal.value.fields
    assert sign_in(world, PASSWORD).user.security_version == 1


def test_a_stolen_session_cannot_guess_the_password(world, ann):
    actor = actor_of(world, world.opened(ann))
    for number in range(5):
        with pytest.raises(InvalidInput):
            world.services.sessions.change_password(actor, f"guess {number}", NEW)
    with pytest.raises(RateLimited):
        world.services.sessions.change_password(actor, PASSWORD, NEW)
    assert sign_in(world, PASSWORD).user.user_id == "ann"


def test_weak_choices_do_not_count_as_guesses(world, ann):
    actor = actor_of(world, world.opened(ann))
    for _ in range(6):
        with pytest.raises(InvalidInput):
            world.services.sessions.change_password(actor, PASSWORD, "short")
    world.services.sessions.change_password(actor, PASSWORD, NEW)
    assert sign_in(world, NEW).user.user_id == "ann"


@pytest.mark.usefixtures("ann")
def test_a_link_sets_the_password_once(world, admin):
    secret = secret_of(world.services.sessions.new_link(admin, "ann"))
    assert world.services.sessions.set_password(secret, NEW).user_id == "ann"
    assert sign_in(world, NEW).user.user_id == "ann"
    before = everything(world)
    with pytest.raises(NotFound):
        world.services.sessions.set_password(secret, "yet another horse")
    assert everything(world) == before


def test_a_link_gives_the_first_password_to_somebody_new(world, admin):
    world.person(name="ann", password=None)
    secret = secret_of(world.services.sessions.new_link(admin, "ann"))
    world.services.sessions.set_password(secret, NEW)
    assert sign_in(world, NEW).user.user_id == "ann"


@pytest.mark.usefixtures("ann")
def test_the_links_secret_is_in_the_fragment_alone(world, admin):
    url = world.services.sessions.new_link(admin, "ann")
    assert url.startswith(f"{world.settings.url}/set-password#")
    assert len(secret_of(url)) == 43


def test_a_link_ends_sessions_delays_and_other_links(world, ann, admin):
    opened = world.opened(ann)
    first, second = (secret_of(world.services.sessions.new_link(admin, "ann")) for _ in range(2))
    for number in range(5):
        with pytest.raises(NotSignedIn):
            sign_in(world, f"guess {number}")
    world.services.sessions.set_password(second, NEW)
    assert sign_in(world, NEW).user.user_id == "ann"
    with pytest.raises(NotSignedIn):
        actor_of(world, opened)
    with pytest.raises(NotFound):
        world.services.sessions.set_password(first, "yet another horse")


@pytest.mark.usefixtures("ann")
def test_a_link_is_dead_after_three_days(world, admin):
    secret = secret_of(world.services.sessions.new_link(admin, "ann"))
    world.clock.pass_(hours=72)
    with pytest.raises(NotFound):
        world.services.sessions.set_password(secret, NEW)


@pytest.mark.usefixtures("ann")
def test_a_weak_password_leaves_the_link_alive(world, admin):
    secret = secret_of(world.services.sessions.new_link(admin, "ann"))
    with pytest.raises(InvalidInput):
        world.services.sessions.set_password(secret, "short")
    assert world.services.sessions.set_password(secret, NEW).user_id == "ann"


@pytest.mark.usefixtures("ann")
def test_a_deactivated_person_cannot_use_their_link(world, admin):
    secret = secret_of(world.services.sessions.new_link(admin, "ann"))
    world.services.users.edit(admin, "ann", EditPerson.of(status="inactive"))
    with pytest.raises(NotFound):
        world.services.sessions.set_password(secret, NEW)
    with pytest.raises(Conflict):
        world.services.sessions.new_link(admin, "ann")


@pytest.mark.parametrize("role", ["admin", "user"])
def test_a_link_made_for_other_rights_opens_nothing(world, ann, admin, role):
    secret = secret_of(world.services.sessions.new_link(admin, ann.user_id))
    world.services.users.edit(admin, ann.user_id, EditPerson.of(role=role))
    with pytest.raises(NotFound, match="Ask an admin for a new one"):
        world.services.sessions.set_password(secret, NEW)


@pytest.mark.usefixtures("ann")
def test_invented_links_open_nothing(world):
    for secret in ["", "x", "#", "ü" * 43, "\ud800", "a" * 10_000]:
        with pytest.raises(NotFound):
            world.services.sessions.set_password(secret, NEW)


def test_an_edit_after_the_change_finds_the_new_version(world, ann, admin):
    world.services.directory.list_newest(admin)
    world.services.sessions.change_password(actor_of(world, world.opened(ann)), PASSWORD, NEW)
    (listed,) = [user for user in world.services.directory.list_newest(admin).items if user.user_id == "ann"]
    assert listed.version == world.services.users.find("ann").version
