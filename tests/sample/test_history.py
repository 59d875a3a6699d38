"""The month behind the sample people: believable, the same each time, and each act done once whatever happens."""

from collections import Counter
from datetime import timedelta

import pytest

from data.audit.table import AUDIT_LOG
from data.config.resources import FILES_QUEUE
from data.core.errors import Unavailable
from data.core.permissions import Role
from data.jobs.models import JobState
from data.jobs.table import JOBS
from data.sample import month, organisation, tasks
from data.sample import service as sample
from data.sample.acts import Deed
from data.sample.month import Month
from data.sample.organisation import SIGN_INS, SampleOrganisation
from data.sample.people import northwind
from data.users.models import EditPerson
from data.users.table import USERS
from tests.conftest import EMBEDDED
from tests.sample.conftest import Crash

DAYS, SHARE = month.DAYS, organisation.INACTIVE_SHARE
NORTHWIND = SampleOrganisation("Northwind", northwind())


@pytest.fixture
def environ():
    return EMBEDDED


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(month, "DAYS", 5)


@pytest.fixture
def people(world):
    """The sample as a first start leaves it, a minute later."""
    sample.write_sample(world.services, world.wire)
    world.clock.pass_(minutes=1)
    return {item["username"]: item for item in world.items(USERS)}


def quiet(_):
    return lambda *_: None


def written(world):
    sample.write_history(world.services, world.wire, quiet)
    return trail(world)


def trail(world):
    return sorted((item["createdAt"], item["action"], item["entityId"]) for item in world.items(AUDIT_LOG))


def test_the_whole_month_is_believable_and_the_same_each_time(world, monkeypatch):
    monkeypatch.setattr(organisation, "INACTIVE_SHARE", SHARE)
    monkeypatch.setattr(month, "DAYS", DAYS)
    until = world.clock.now()
    acts = Month(NORTHWIND, until).acts()
    assert acts == Month(NORTHWIND, until).acts()
    assert len({act.key for act in acts}) == len(acts)
    records = len(acts) + sum(act.until is not None for act in acts)
    assert 2_000 < records < 3_000
    assert all(until - timedelta(days=35) < act.at < until for act in acts)
    days = Counter(act.at.weekday() for act in acts if act.deed is Deed.VISIT)
    assert min(days[day] for day in range(5)) > 2 * days[6]
    assert {act.deed for act in acts} == set(Deed)
    assert {name for act in acts for name in act.values} >= {"bio", "job_title", "manager", "department", "role"}


def test_nobody_is_seen_while_they_are_deactivated(world):
    until, gone = world.clock.now(), {}
    seen = {one.username: NORTHWIND.seen_days(one) for one in NORTHWIND.people}
    for act in Month(NORTHWIND, until).acts():
        if act.deed is Deed.EDIT and act.values.get("status") == "inactive":
            gone[act.about] = act.at
        elif act.deed is Deed.EDIT and "status" in act.values:
            left = gone.pop(act.about)
            assert not (seen[act.about] and left <= until - timedelta(days=seen[act.about]) < act.at)
    for name, left in gone.items():
        assert seen[name] is None or until - timedelta(days=seen[name]) < left


def test_who_is_printed_keeps_role_and_place_in_the_plan(world):
    known = {one.username for one in NORTHWIND.people if NORTHWIND.password(one)}
    edits = [act for act in Month(NORTHWIND, world.clock.now()).acts() if act.deed is Deed.EDIT and act.about in known]
    assert {name for act in edits for name in act.values} <= {"bio", "location", "phone"}


def test_each_act_stands_at_its_own_moment_in_the_trail(world, people):
    before, now = len(trail(world)), world.clock.now()
    records = written(world)
    assert len(records) > before + 30
    assert {"signed_in", "signed_out", "profile_updated"} <= {action for _, action, _ in records}
    assert records[-1][0] < now.isoformat()
    seen = {item["username"]: item.get("lastSeenAt") for item in world.items(USERS)}
    assert seen == {name: item.get("lastSeenAt") for name, item in people.items()}


def test_everybody_who_is_printed_still_signs_in(world, people):
    written(world)
    for sign in SIGN_INS:
        opened = world.services.sessions.sign_in(sign.email, sign.password, address="192.0.2.1")
        assert (opened.user.role, opened.user.active) == (sign.role, True)
    assert people


def test_a_second_history_does_nothing_twice(world, people):
    once = written(world)
    assert people
    world.clock.pass_(hours=1)
    sample.write_sample(world.services, world.wire)
    assert written(world) == once


@pytest.mark.parametrize("after", [1, 20])
def test_a_history_cut_short_goes_on_where_it_was(world, people, monkeypatch, after):
    calls, commit = [0], type(world.dynamo).commit

    def crashing(self, writes):
        calls[0] += 1
        if calls[0] > after:
            raise Crash
        commit(self, writes)

    with monkeypatch.context() as patch:
        patch.setattr(type(world.dynamo), "commit", crashing)
        with pytest.raises(Crash):
            written(world)
    assert people
    records = written(world)
    assert len(records) == len(set(records))
    assert {item["version"] for item in world.items(USERS)} > {1}


def test_whom_somebody_changed_meanwhile_is_left_alone(world, people):
    ines = world.services.sessions.acting_as(people["ines.moreau"]["userId"])
    edited = [
        name for name in people if any(act.about == name and act.deed is Deed.EDIT for act in plan(world, "Northwind"))
    ]
    assert edited
    for name in edited:
        world.services.users.edit(ines, people[name]["userId"], EditPerson.of(bio="As I say."))
    before = {item["userId"]: item["version"] for item in world.items(USERS)}
    written(world)
    after = {item["userId"]: item["version"] for item in world.items(USERS)}
    assert {people[name]["userId"] for name in edited} <= {one for one in after if after[one] == before[one]}


def plan(world, *names):
    anchor = world.services.users.find("test-user").created_at
    ours = [one for one in organisation.organisations() if one.name in names or not names]
    return [act for one in ours for act in Month(one, anchor).acts()]


def test_the_worker_writes_it_while_the_dashboard_is_open(world):
    sample.write_sample(world.services, world.wire, before_last=lambda: tasks.ask(world.services, world.wire.store))
    world.clock.pass_(minutes=1)
    tasks.ask(world.services, world.wire.store)
    jobs = [item for item in world.items(JOBS) if item["kind"] == "sample-history"]
    assert len(jobs) == 2
    assert {item["jobId"] for item in jobs} == {tasks.job_id_of(item["orgId"]) for item in jobs}
    before = len(trail(world))
    while world.services.worker.turn(FILES_QUEUE):
        pass
    done = [item for item in world.items(JOBS) if item["kind"] == "sample-history"]
    assert {item["state"] for item in done} == {JobState.DONE}
    assert (
        sum(int(item["progress"]["done"]) for item in done)
        == len(plan(world))
        == sum(int(item["result"]["acts"]) for item in done)
    )
    assert len(trail(world)) > before + 30


def test_a_first_start_cut_short_asks_again(world):
    def crash():
        raise Crash

    with pytest.raises(Crash):
        sample.write_sample(world.services, world.wire, before_last=crash)
    assert not sample.present(world.services)
    with pytest.raises(Unavailable):
        written(world)
    asked = []
    sample.write_sample(world.services, world.wire, before_last=lambda: asked.append(1))
    sample.write_sample(world.services, world.wire, before_last=lambda: asked.append(2))
    assert asked == [1]


def test_a_sign_in_never_makes_somebody_seen_earlier(world):
    ann = world.person(Role.USER, name="ann", lastSeenAt="2026-11-21T12:00:00.000Z")
    world.services.sessions.sign_in_verified("ann@acme.example", address="192.0.2.1")  # it is nine o'clock here
    assert world.services.users.find(ann.user_id).last_seen_at.hour == 12
