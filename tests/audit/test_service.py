"""The audit trail: who may read it, by what it is filtered, and what it never shows."""

import pytest

from data.audit.filters import AuditFilter
from data.audit.table import AUDIT_LOG, BY_ACTION, BY_ACTOR, BY_ENTITY, BY_ORG
from data.core.errors import InvalidInput, NotPermitted
from data.core.permissions import Role
from data.users.models import EditPerson


def did(world, actor, action, entity_id="thing", **details):
    """Record an act, as the service that does it would."""
    world.services.audit.log(actor, action, entity=("user", entity_id), details=details or None)


def trail(world, actor, **asked):
    return [record.action for record in world.services.audit.list_newest(actor, AuditFilter.of(**asked)).items]


def test_the_trail_lists_the_newest_act_first(world):
    ada = world.person(Role.ADMIN)
    for action in ("first", "second", "third"):
        did(world, ada, action)
    assert trail(world, ada) == ["third", "second", "first"]


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
def test_the_organisations_trail_is_for_admins_alone(world, role):
    with pytest.raises(NotPermitted):
        world.services.audit.list_newest(world.person(role))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"user_id": "bob"}, ["left", "came"]),
        ({"entity_id": "door"}, ["left", "opened"]),
        ({"action": "came"}, ["came"]),
        ({"entity_id": "nothing"}, []),
        ({"user_id": "bob", "action": "left"}, ["left"]),
        ({"via": "web"}, ["left", "came", "opened"]),
        ({"via": "api"}, []),
        ({"text": "DOO"}, ["left", "opened"]),
        ({"since": "2026-11-21T09:01:00Z"}, ["left"]),
        ({"until": "2026-11-21T09:01:00Z"}, ["came", "opened"]),
        ({"since": "2026-11-21T09:00:00Z", "until": "2026-11-21T09:01:00Z", "user_id": "bob"}, ["came"]),
    ],
)
def test_a_filter_leaves_only_what_passes_it(world, asked, found):
    ada, bob = world.person(Role.ADMIN, name="ada"), world.person(Role.USER, name="bob")
    did(world, ada, "opened", "door")
    did(world, bob, "came", "house")
    world.clock.pass_(minutes=2)
    did(world, bob, "left", "door")
    assert trail(world, ada, **asked) == found


@pytest.mark.parametrize("asked", [{}, {"user_id": "ann"}, {"entity_id": "thing"}, {"action": "came"}])
def test_no_filter_shows_another_organisations_acts(world, asked):
    ada, stranger = world.person(Role.ADMIN, name="ann"), world.person(Role.ADMIN, "globex", "ann")
    did(world, stranger, "came")
    assert trail(world, ada, **asked) == []


def test_pages_follow_each_other_without_gap_or_repeat(world):
    ada = world.person(Role.ADMIN)
    for number in range(7):
        did(world, ada, f"act_{number}")
    seen, cursor = [], None
    while True:
        page = world.services.audit.list_newest(ada, cursor=cursor, limit=3)
        seen += [record.action for record in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"act_{number}" for number in reversed(range(7))]


def test_a_cursor_serves_no_other_filter(world):
    ada = world.person(Role.ADMIN)
    for _ in range(3):
        did(world, ada, "came")
    cursor = world.services.audit.list_newest(ada, limit=1).next_cursor
    with pytest.raises(InvalidInput):
        world.services.audit.list_newest(ada, AuditFilter(action="came"), cursor=cursor)


def test_a_record_that_cannot_be_read_takes_no_list_down(world):
    ada = world.person(Role.ADMIN)
    did(world, ada, "came")
    [item] = world.trail("thing")
    world.store(AUDIT_LOG, {**item, "logId": "broken", "action": None})
    page = world.services.audit.list_newest(ada)
    assert [record.action for record in page.items] == ["came"]
    assert len(page.unreadable) == 1


def test_an_edit_is_recorded_with_before_and_after(world):
    ada, bob = world.person(Role.ADMIN, name="ada"), world.person(Role.USER, name="bob")
    world.services.users.edit(ada, bob.user_id, EditPerson.of(department="Trust", phone="+44 131 496 0001"))
    [record] = world.services.audit.list_newest(ada, AuditFilter(entity_id=bob.user_id)).items
    assert list(record.changes()) == [("department", None, "Trust"), ("phone", None, "+44 131 496 0001")]


def test_everybody_may_list_what_they_did_themselves(world):
    bob, ada = world.person(Role.USER, name="bob"), world.person(Role.ADMIN, name="ada")
    did(world, bob, "came")
    did(world, ada, "came")
    assert [record.user_id for record in world.services.audit.list_own(bob).items] == ["bob"]


def test_a_filter_on_top_looks_further_until_a_page_is_full(world):
    ada = world.person(Role.ADMIN)
    for number in range(30):
        did(world, ada, "came" if number % 10 else "left", f"thing-{number}")
    page = world.services.audit.list_newest(ada, AuditFilter(text="thing-0"), limit=3)
    assert [record.action for record in page.items] == ["left"]
    assert (page.examined, page.next_cursor) == (30, None)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        ({"entity_id": "e", "user_id": "a", "action": "x"}, (BY_ENTITY, "e")),
        ({"user_id": "a", "action": "x"}, (BY_ACTOR, "a")),
        ({"action": "x", "via": "web"}, (BY_ACTION, "acme#x")),
        ({"text": "x"}, (BY_ORG, "acme")),
    ],
)
def test_the_most_telling_filter_runs_by_index(asked, index):
    assert AuditFilter.of(**asked).index("acme") == index
