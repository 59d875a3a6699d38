"""The sample organisations: the same each time, whole after any crash."""

import pytest

from data.authentication.sessions import SessionService
from data.authentication.table import SESSION, access_key
from data.aws.conditions import present
from data.aws.tables import remove
from data.core.errors import NotFound
from data.core.permissions import Role
from data.registry import TABLES
from data.sample import service as sample
from data.sample.organisation import organisations
from data.sample.people import globex, northwind
from data.storage.single_table import API_DASHBOARD
from data.users.filters import UserFilter
from data.users.table import USERS
from tests.sample.conftest import Crash, small


def test_the_people_are_the_same_each_time():
    assert northwind() == northwind()
    assert len(northwind()) > 230
    assert len({person.username for person in northwind() + globex()}) == len(northwind() + globex())


def test_nobody_is_seen_after_they_left():
    for organisation in organisations():
        left = {one: turn for one in organisation.people if (turn := organisation.turn(one)) and turn.left}
        seen = {one: days for one in left if (days := organisation.seen_days(one)) is not None}
        assert all(days > left[one].days for one, days in seen.items())
        assert all(organisation.seen_days(one) < one.days for one in seen)
    assert seen


@pytest.mark.parametrize("cast", [northwind, globex])
def test_everybody_but_the_top_reports_to_somebody_above(cast):
    by_name = {person.username: person for person in cast()}
    (top,) = [person for person in by_name.values() if person.manager is None]
    assert top.role is Role.ADMIN
    for person in by_name.values():
        steps, above = 0, person
        while above.manager:
            assert by_name[above.manager].level < above.level
            assert by_name[above.manager].days >= above.days or by_name[above.manager].level == 0
            above, steps = by_name[above.manager], steps + 1
        assert (above, steps) == (top, person.level)


def test_two_organisations_are_written_that_see_only_themselves(world):
    signs = sample.write_sample(world.services, world.wire)
    assert sample.present(world.services)
    admins = [world.services.credentials.find(sign.email) for sign in signs if sign.role == "admin"]
    assert len({record.org_id for record in admins}) == 2
    for record in admins:
        actor = world.services.sessions.acting_as(record.user_id)
        seen = world.services.directory.list_newest(actor, UserFilter(), limit=100).items
        assert {user.org_id for user in seen} == {record.org_id}
        assert len(seen) == {"ines.moreau": len(small()) + 1, "greta.solberg": 3}[record.username]


def test_everybody_who_is_printed_can_sign_in(world):
    for sign in sample.write_sample(world.services, world.wire):
        opened = world.services.sessions.sign_in(sign.email, sign.password, address="192.0.2.1")
        user = world.services.users.find(opened.session.user_id)
        assert (user.role, user.email) == (sign.role, sign.email)
        assert world.services.organisations.get(user.org_id).name == sign.organisation


def test_the_person_of_the_seeds_requests_is_there(world):
    sample.write_sample(world.services, world.wire)
    user = world.services.users.find("test-user")
    assert (user.username, user.role, user.active) == ("seed-test", Role.ADMIN, True)


def test_a_session_that_the_store_deletes_at_once_is_begun_again(world, monkeypatch):
    begin, deleted = SessionService.begin, []

    def begun(self, user, **how):
        opened = begin(self, user, **how)
        if not deleted:
            key = access_key(SESSION, opened.session.secret_sha256)
            world.dynamo.commit([remove(API_DASHBOARD, key, when=present(API_DASHBOARD), otherwise=NotFound(""))])
            deleted.append(user.user_id)
        return opened

    monkeypatch.setattr(SessionService, "begin", begun)
    sample.write_sample(world.services, world.wire)
    assert [world.services.users.find(user_id).last_seen_at is None for user_id in deleted] == [False]


def test_the_trail_of_the_sample_is_whole(world):
    for sign in sample.write_sample(world.services, world.wire):
        if sign.role == "admin":
            admin = world.services.sessions.acting_as(world.services.credentials.find(sign.email).user_id)
            verdict = world.services.audit.verify(admin, lambda *_: None)
            assert verdict.intact
            assert verdict.sealed == verdict.examined > 0


def test_a_second_writing_changes_nothing(world):
    sample.write_sample(world.services, world.wire)
    before = {table.name: sorted(map(str, world.items(table))) for table in TABLES}
    world.clock.pass_(hours=1)
    sample.write_sample(world.services, world.wire)
    assert {table.name: sorted(map(str, world.items(table))) for table in TABLES} == before


@pytest.mark.parametrize("after", [0, 1, 4, 9, 14, 10_000])
def test_a_writing_cut_short_is_finished_by_the_next(world, monkeypatch, after):
    """Also one that broke off when all but the last person were written, some of them deactivated since."""
    calls, commit = [0], type(world.dynamo).commit

    def crashing(self, writes):
        calls[0] += 1
        if calls[0] > after:
            raise Crash
        commit(self, writes)

    def crash(_):
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(type(world.dynamo), "commit", crashing)
        patch.setattr(sample, "_seed_person", crash)
        with pytest.raises(Crash):
            sample.write_sample(world.services, world.wire)
    assert not sample.present(world.services)
    sample.write_sample(world.services, world.wire)
    stored = {item["username"]: item for item in world.items(USERS)}
    assert set(stored) == {person.username for person in (*small(), *globex()[:3])} | {"seed-test"}
    by_id = {item["userId"]: name for name, item in stored.items()}
    for person in small():
        assert by_id.get(stored[person.username].get("managerId")) == person.manager
    assert {item["status"] for item in stored.values()} == {"active", "inactive"}
