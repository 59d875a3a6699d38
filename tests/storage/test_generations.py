"""Two processes on one store: what one writes the other shows, and whom one refuses the other refuses."""

import pytest

from data.core.errors import Conflict, NotSignedIn, Unavailable
from data.core.permissions import Role
from data.runtime.wiring import Wiring
from data.storage.background_tasks import Background
from data.storage.change_feed import EVERY, Generations
from data.storage.context import Memory
from data.storage.recent_writes import LAG
from data.storage.single_table import API_DASHBOARD, generation_key
from data.users.filters import UserFilter
from data.users.models import EditPerson
from tests.conftest import CHEAP, SECRET, AtOnce
from tests.faults import conflicts, lagging_indexes


@pytest.fixture
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture
def other(world):
    """A second process on the same stores."""
    memory = Memory(world.dynamo, AtOnce(), world.ticks)
    return Wiring(world.settings, world.clients, secret=SECRET.encode(), passwords=CHEAP, memory=memory)(
        clock=world.clock
    )


def number(world, org="acme"):
    item = world.dynamo.get(API_DASHBOARD, generation_key(org))
    return int(item["version"]) if item else 0


def in_design(services, actor):
    """By the list, and by the search."""
    listed = services.directory.list_newest(actor, UserFilter(status="active", departments={"Design"})).items
    found = services.directory.search(actor, UserFilter(departments=frozenset({"Design"}))).items
    return {user.user_id for user in listed}, {user.user_id for user in found}


def test_a_write_of_one_process_is_seen_in_the_other(world, root, other):
    world.person(Role.USER, name="tim")
    for _ in range(2):  # the second time nothing is new any more, and what is read is kept for long
        assert in_design(other, root) == (set(), set())
        world.ticks.pass_(LAG + EVERY)
    assert in_design(other, root) == (set(), set())
    world.services.users.edit(root, "tim", EditPerson.of(department="Design"))
    assert in_design(world.services, root) == ({"tim"}, {"tim"})
    assert in_design(other, root) == (set(), set())
    world.ticks.pass_(EVERY)
    assert in_design(other, root) == ({"tim"}, {"tim"})


def test_what_an_index_told_late_is_seen_once_it_is_told(world, root, other):
    world.person(Role.USER, name="tim")
    assert in_design(other, root) == (set(), set())
    world.ticks.pass_(EVERY)
    with lagging_indexes():
        world.services.users.edit(root, "tim", EditPerson.of(department="Design"))
        assert in_design(other, root) == (set(), set())
        world.ticks.pass_(3)
        assert in_design(other, root) == (set(), set())
    world.ticks.pass_(EVERY)
    assert in_design(other, root) == ({"tim"}, {"tim"})


def test_a_revoked_session_is_refused_by_both_at_its_next_click(world, root, other):
    tim = world.person(Role.USER, name="tim")
    opened = world.opened(tim)
    session = opened.session
    assert other.sessions.actor("tim", session.secret_sha256).user_id == "tim"
    world.services.sessions.revoke(root, "tim", session.session_id)
    for services in (world.services, other):
        with pytest.raises(NotSignedIn):
            services.sessions.actor("tim", session.secret_sha256)


def test_many_writes_raise_the_number_once_a_second(world, root):
    world.person(Role.USER, name="tim")
    memory = world.platform.memory
    for title in ("a", "b", "c"):
        world.services.users.edit(root, "tim", EditPerson.of(job_title=title))
    assert number(world) == 1
    world.ticks.pass_(EVERY)
    memory.background.catch_up()
    assert number(world) == 2
    memory.background.catch_up()
    assert number(world) == 2


def test_the_last_write_is_told_at_the_end_of_the_process(world, root):
    world.person(Role.USER, name="tim")
    for title in ("a", "b"):
        world.services.users.edit(root, "tim", EditPerson.of(job_title=title))
    world.platform.memory.close()
    assert number(world) == 2
    world.platform.memory.close()
    assert number(world) == 2


def test_a_number_that_could_not_be_raised_is_raised_later(world, root, monkeypatch):
    world.person(Role.USER, name="tim")

    def refused(*_):
        raise Unavailable("The data store is busy. Try again.")

    with monkeypatch.context() as patch:
        patch.setattr(Generations, "_add", refused)
        world.services.users.edit(root, "tim", EditPerson.of(job_title="a"))
    assert number(world) == 0
    world.platform.memory.background.catch_up()
    assert number(world) == 1


def test_two_first_writes_at_the_same_moment_are_both_counted(world, root):
    def rival(writes):
        if any(write.key == generation_key("acme") and write.operation == "Put" for write in writes):
            world.store(API_DASHBOARD, {**generation_key("acme"), "orgId": "acme", "version": 1})

    world.person(Role.USER, name="tim")
    with conflicts(rival):
        world.services.users.edit(root, "tim", EditPerson.of(job_title="a"))
    assert number(world) == 2


def test_ones_own_writes_are_no_news(world, root):
    world.person(Role.USER, name="tim")
    generations = world.platform.memory.generations
    assert not generations.moved("acme")
    world.services.users.edit(root, "tim", EditPerson.of(job_title="a"))
    world.ticks.pass_(EVERY)
    assert not generations.moved("acme")


def test_a_refused_write_tells_nobody(world, root):
    world.person(Role.USER, name="tim")
    with pytest.raises(Conflict):
        world.services.users.edit(root, "tim", EditPerson.of(job_title="a"), seen_version=7)
    assert number(world) == 0


def test_the_store_is_asked_at_most_once_a_second(world, root, monkeypatch):
    looks, get = [], type(world.dynamo).get

    def counted(self, table, key, **options):
        looks.append(key)
        return get(self, table, key, **options)

    world.services.directory.search(root, UserFilter())
    monkeypatch.setattr(type(world.dynamo), "get", counted)
    for _ in range(3):
        world.ticks.pass_(EVERY)
        for _ in range(5):
            world.services.directory.search(root, UserFilter())
            world.services.directory.list_newest(root)
    assert looks == [generation_key("acme")] * 3


def test_nothing_begins_after_the_end_of_the_process():
    background, done = Background(), []
    background.start(lambda: done.append("at once"))
    background.start(lambda: done.append("late"), after=3_600)
    background.close()
    background.start(lambda: done.append("after the end"))
    assert done in ([], ["at once"])
