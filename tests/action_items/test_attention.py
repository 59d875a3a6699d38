"""What needs attention, for each role: only what they may see and mend, and only while it is true."""

from datetime import timedelta

import pytest

from data.action_items.models import Look, MatterKind
from data.action_items.service import MOST_DELAYED
from data.aws.metering import metered
from data.config.resources import FILES_QUEUE
from data.core.clock import iso
from data.core.errors import NotSignedIn
from data.core.invalid_items import mended, note
from data.core.permissions import Role
from data.credentials.throttling import FREE
from data.domain import JobType
from data.jobs.table import JOBS
from data.storage.unit_of_work import UnitOfWork
from data.users.filters import UserFilter
from data.users.models import EditPerson
from data.users.profile_table import PROFILES
from data.users.table import USERS

PASSWORD = "quiet lighthouse ferry"
WHOLE = {"phone": "+44 20", "location": "London", "timezone": "Europe/London"}


def somebody(world, role, name, **more):
    """Who was here just now, chose a password and told what there is to tell."""
    person = world.person(role, name=name, password=PASSWORD, **{"lastSeenAt": iso(world.clock.now()), **more})
    profile = world.dynamo.get(PROFILES, {"profileId": name})
    place = {"managerId": more["managerId"]} if "managerId" in more else {}
    world.store(PROFILES, {**profile, **WHOLE, **place})
    return person


@pytest.fixture
def root(world):
    somebody(world, Role.ADMIN, "ada")
    return somebody(world, Role.ADMIN, "root")


def look(world, actor):
    if actor.role is not Role.USER:
        world.services.directory.search(actor, UserFilter())  # the first visit begins to load
    return world.services.attention.look(actor)


def matters(world, actor):
    return {matter.kind: matter for matter in look(world, actor).matters}


def test_where_all_is_well_nothing_is_told_but_what_was_looked_at(world, root):
    found = look(world, root)
    assert (found.matters, found.loading) == ((), None)
    assert found.looked == tuple(Look)


@pytest.mark.parametrize(
    ("role", "looked"),
    [
        (Role.MANAGER, (Look.PEOPLE, Look.MANAGERS, Look.OWN)),
        (Role.ANALYST, (Look.OWN,)),
        (Role.USER, (Look.OWN,)),
    ],
)
def test_others_are_told_what_is_theirs_to_see(world, root, role, looked):
    world.person(Role.USER, name="new")
    ann = somebody(world, role, "ann", managerId=root.user_id)
    found = look(world, ann)
    assert found.looked == looked
    assert found.matters == ()


def test_who_never_came_is_told_with_the_links_that_work(world, root):
    since = world.clock.now()
    world.person(Role.USER, name="old")
    world.clock.pass_(days=4)
    world.person(Role.USER, name="new")
    world.person(Role.USER, name="with", password=PASSWORD)
    matter = matters(world, root)[MatterKind.NEVER_HERE]
    assert (matter.number, dict(matter.facts)) == (3, {"asked": 3, "without": 2, "links": 1})
    assert timedelta(0) <= matter.since - since < timedelta(seconds=1)
    world.services.sessions.new_link(root, "old")
    assert matters(world, root)[MatterKind.NEVER_HERE].facts["links"] == 2
    world.clock.pass_(days=4)
    assert matters(world, root)[MatterKind.NEVER_HERE].facts["links"] == 0


def test_managers_are_told_of_those_below_them_alone(world, root):
    ann = somebody(world, Role.MANAGER, "ann", managerId=root.user_id)
    somebody(world, Role.MANAGER, "left", managerId="ann", status="inactive")
    world.person(Role.USER, name="mine", managerId="ann")
    world.person(Role.USER, name="other", managerId=root.user_id)
    somebody(world, Role.USER, "orphan", managerId="left")
    found = matters(world, ann)
    assert set(found) == {MatterKind.NEVER_HERE, MatterKind.WITHOUT_MANAGER}
    assert (found[MatterKind.NEVER_HERE].number, found[MatterKind.NEVER_HERE].facts["links"]) == (1, None)
    assert found[MatterKind.WITHOUT_MANAGER].facts["names"] == ("Orphan Acme",)
    assert {matter.below for matter in found.values()} == {"ann"}
    assert matters(world, root)[MatterKind.NEVER_HERE].number == 2


def test_rights_that_nobody_uses_and_a_last_admin_are_told(world):
    root = somebody(world, Role.ADMIN, "root")
    old = world.clock.now() - timedelta(days=91)
    somebody(world, Role.MANAGER, "max", managerId="root", lastSeenAt=iso(old))
    somebody(world, Role.USER, "una", managerId="root", lastSeenAt=iso(old))
    found = matters(world, root)
    assert found[MatterKind.IDLE_RIGHTS].facts["names"] == ("Max Acme",)
    assert MatterKind.ONE_ADMIN in found
    world.services.users.edit(root, "una", EditPerson.of(role=Role.ADMIN))
    found = matters(world, root)
    assert MatterKind.ONE_ADMIN not in found
    assert set(found[MatterKind.IDLE_RIGHTS].facts["names"]) == {"Max Acme", "Una Acme"}


def test_a_delayed_sign_in_is_told_until_it_is_lifted(world, root):
    somebody(world, Role.USER, "tim", managerId="root")
    for _ in range(FREE):
        with pytest.raises(NotSignedIn):
            world.services.sessions.sign_in("tim@acme.example", "wrong", address="192.0.2.1")
    matter = matters(world, root)[MatterKind.SIGN_IN_DELAYED]
    assert (matter.user_id, matter.facts) == ("tim", {"name": "Tim Acme", "failures": FREE})
    world.services.sessions.unlock(root, "tim")
    assert MatterKind.SIGN_IN_DELAYED not in matters(world, root)


def test_all_who_are_delayed_come_to_be_told_in_turn(world, root):
    for number in range(MOST_DELAYED + 2):
        somebody(world, Role.USER, f"tim{number}", managerId="root")
        for _ in range(FREE):
            with pytest.raises(NotSignedIn):
                world.services.sessions.sign_in(f"tim{number}", "wrong", address=f"192.0.2.{number}")
    first = told(world, root)
    assert len(first) == MOST_DELAYED
    for user_id in first:
        world.services.sessions.unlock(root, user_id)
    assert told(world, root) == {"tim0", "tim1"}


def test_who_was_delayed_once_costs_no_read_each(world, root):
    for number in range(20):
        somebody(world, Role.USER, f"tim{number}", managerId="root")
        world.services.audit.log(root, "sign_in_delayed", entity=("user", f"tim{number}"))
    with metered() as bill:
        assert told(world, root) == set()
    assert len([call for call in bill.calls if call.operation == "batch_get_item"]) < 10


def told(world, actor):
    """Of whom it is told that their sign-in is delayed."""
    return {each.user_id for each in look(world, actor).matters if each.kind is MatterKind.SIGN_IN_DELAYED}


def test_a_delay_is_over_when_they_came_in(world, root):
    somebody(world, Role.USER, "tim", managerId="root")
    for _ in range(FREE):
        with pytest.raises(NotSignedIn):
            world.services.sessions.sign_in("tim", "wrong", address="192.0.2.1")
    world.clock.pass_(minutes=2)
    assert MatterKind.SIGN_IN_DELAYED in matters(world, root)
    world.services.sessions.sign_in("tim", PASSWORD, address="192.0.2.1")
    assert MatterKind.SIGN_IN_DELAYED not in matters(world, root)


def test_failed_jobs_and_unreadable_items_are_told_to_admins(world, root):
    job = world.services.jobs.enqueue(UnitOfWork(), root, JobType("rehearsal", FILES_QUEUE), {})
    world.store(JOBS, job.stumbled("As told.", world.clock.now(), for_good=True).to_item())
    broken = {"userId": "broken-one", "orgId": "acme"}
    note("User", "broken-one", broken, {"role": "One of admin, manager, analyst, user."})
    try:
        found = look(world, root).matters
    finally:
        mended("User", "broken-one")
    assert [(matter.kind, matter.weight, matter.number) for matter in found] == [
        (MatterKind.FAILED_JOBS, "bad", 1),
        (MatterKind.UNREADABLE, "warn", 1),
    ]
    assert found[0].facts == {"error": "As told."}
    world.services.jobs.retry(root, job.job_id)
    assert MatterKind.FAILED_JOBS not in matters(world, root)


def test_ones_own_account_is_looked_at_whatever_the_role(world, root):
    tim = world.person(Role.USER, name="tim", managerId=root.user_id)
    found = matters(world, tim)
    assert set(found) == {MatterKind.OWN_PASSWORD, MatterKind.OWN_PROFILE}
    assert found[MatterKind.OWN_PROFILE].facts["missing"] == ("phone", "location", "timezone")
    world.services.users.edit(tim, "tim", EditPerson.of(**WHOLE))
    world.services.users.deactivate(world.services.sessions.acting_as("ada"), "root")
    found = matters(world, tim)
    assert set(found) == {MatterKind.OWN_PASSWORD, MatterKind.OWN_MANAGER}
    assert found[MatterKind.OWN_MANAGER].facts == {"name": "Root Acme"}


def test_while_people_are_loading_nothing_is_said_of_them(world, root, monkeypatch):
    world.person(Role.USER, name="new")
    monkeypatch.setattr(world.platform.memory.background, "start", lambda *_, **__: None)
    found = world.services.attention.look(root)
    assert found.matters == ()
    assert found.loading.loaded == 0


def test_of_others_organisations_nothing_is_told(world, root):
    world.person(Role.ADMIN, org="globex", name="eve")
    world.person(Role.USER, org="globex", name="new")
    assert look(world, root).matters == ()
    assert {item["orgId"] for item in world.items(USERS)} == {"acme", "globex"}
