"""People as a file: just those whom the filter means, with the rights of now, once, safe to be opened."""

import csv
import io
from dataclasses import replace

import pytest

from data.aws.metering import metered
from data.aws.s3 import Objects
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.core.clock import iso
from data.core.errors import Conflict, NotFound, NotPermitted
from data.core.permissions import Permission, Role, Scope, authorise
from data.jobs.models import JobState
from data.jobs.table import JOBS
from data.users.export import key_of
from data.users.filters import UserFilter
from data.users.job_actor import actor_for_job
from data.users.models import EditPerson, Status
from data.users.segments import PeopleKind

MANY = 130


@pytest.fixture
def exported(world):
    """Ask, let the worker work, and read the file: its rows as dictionaries."""

    def export(actor, **wanted):
        job = world.services.exports.request(actor, UserFilter.of(**wanted))
        while world.services.worker.turn(FILES_QUEUE):
            pass
        return rows_of(world, world.services.jobs.get(actor, job.job_id))

    return export


def rows_of(world, job):
    assert job.state is JobState.DONE, job.error
    body = world.platform.objects.get(DOCUMENTS, key_of(job))
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert job.result["rows"] == job.progress.done == len(rows)
    return rows


@pytest.fixture
def root(world):
    return world.person("admin", name="root", department="Board")


@pytest.fixture
def crowd(world, root):
    """Many people who report to `root`, and somebody elsewhere; their ids."""
    for number in range(MANY):
        role = "analyst" if number % 3 == 0 else "user"
        status = "inactive" if number % 5 == 0 else "active"
        department = "Design" if number % 2 else "Sales"
        more = {"status": status, "department": department, "managerId": root.user_id}
        world.person(role, name=f"p{number:03}", **more)
    world.person(name="else", org="globex")
    return [root.user_id, *(f"p{number:03}" for number in range(MANY))]


WANTED = (
    {},
    {"status": Status.INACTIVE},
    {"roles": (Role.ANALYST,)},
    {"roles": (Role.ANALYST, Role.ADMIN), "status": Status.ACTIVE, "departments": ("Design", "Board")},
    {"text": "p01 acme"},
    {"text": "p0 DESIGN", "manager_id": "root"},
    {"text": "nobody at all"},
)


def test_a_file_holds_just_those_who_pass(world, root, crowd, exported):
    everybody = [world.services.users.find(name) for name in crowd]
    for wanted in WANTED:
        meant = UserFilter.of(**wanted)
        expected = sorted(user.user_id for user in everybody if meant.matches(user, root, world.clock.now()))
        rows = exported(root, **wanted)
        assert sorted(row["User ID"] for row in rows) == expected, wanted
        assert all(row["Manager"] == ("Root Acme" if row["Manager ID"] else "") for row in rows), wanted


def test_who_was_here_lately_is_left_out_of_a_file_of_the_absent(world, root, exported):
    world.person(name="tim", managerId="root", lastSeenAt="2026-07-01T09:00:00.000Z")
    world.person(name="zoe", managerId="root", lastSeenAt="2026-11-20T09:00:00.000Z")
    world.person(name="bob", managerId="root")
    rows = exported(root, manager_id="root", inactive_days=90)
    assert {row["User ID"] for row in rows} == {"tim", "bob"}


def test_those_of_a_kind_are_chosen_when_the_file_is_asked_for(world, root):
    """Who is of a kind is found among all at once; the worker, who reads page by page, could not tell."""
    for name in ("old", "new"):
        world.person(name=name, managerId="root")
    world.person(name="here", managerId="root", lastSeenAt=iso(world.clock.now()))
    world.person(name="else", org="globex")
    world.services.directory.search(root, UserFilter())  # now all are loaded
    wanted = UserFilter.of(kind=PeopleKind.NEVER_HERE, below="root", status=Status.ACTIVE)
    job = world.services.exports.request(root, wanted)
    world.person(name="late", managerId="root")
    world.services.worker.turn(FILES_QUEUE)
    rows = rows_of(world, world.services.jobs.get(root, job.job_id))
    assert {row["User ID"] for row in rows} == {"old", "new"}
    (record,) = world.trail(job.job_id)
    assert record["after"] == {"kind": "never-here", "below": "root", "status": "active"}


def test_a_file_is_read_past_the_cache_and_leaves_nothing_there(world, root, exported):
    for name in ("tim", "zoe"):
        world.person(name=name, managerId="root")
    world.services.directory.search(root, UserFilter())  # now all are loaded
    with metered() as bill:
        for wanted in ({}, {"below": "root"}):
            assert exported(root, **wanted) == exported(root, **wanted)
    assert bill.hits == 0


def test_the_worker_may_no_more_than_the_token_by_which_it_was_asked(world, root):
    narrow = replace(root, scopes=frozenset({Scope.PEOPLE}))
    job = world.services.exports.request(narrow, UserFilter())
    stored = world.services.jobs.get(root, job.job_id)
    actor = actor_for_job(world.services.users, stored)
    authorise(actor, Permission.EXPORT_USERS)
    assert (actor.user_id, actor.scopes) == ("root", {Scope.PEOPLE})
    with pytest.raises(NotPermitted, match="takes the scope all"):
        authorise(actor, Permission.MANAGE_SIGN_IN)


def test_a_name_that_is_a_formula_is_only_shown(world, root, exported):
    world.person(name="eve", firstName='=HYPERLINK("http://evil.example")', lastName="\uff0b1")
    (row,) = exported(root, text="hyperlink")
    assert row["First name"].startswith("'=")
    assert row["Last name"] == "'\uff0b1"


def test_who_lost_the_right_gets_no_file(world, root):
    mia = world.person("manager", name="mia")
    job = world.services.exports.request(mia, UserFilter())
    world.services.users.edit(root, "mia", EditPerson(role=Role.ANALYST))
    world.services.worker.turn(FILES_QUEUE)
    after = world.services.jobs.get(mia, job.job_id)
    assert (after.state, after.error) == (JobState.FAILED, "Your role, analyst, does not allow this.")
    assert world.platform.objects.find(DOCUMENTS, key_of(job)) is None


def test_who_was_deactivated_gets_no_file(world, root):
    mia = world.person("manager", name="mia")
    job = world.services.exports.request(mia, UserFilter())
    world.services.users.deactivate(root, "mia")
    world.services.worker.turn(FILES_QUEUE)
    assert world.services.jobs.get(root, job.job_id).error.startswith(
        "The user who requested this is no longer active."
    )


def test_the_link_is_a_download_that_ends(world, root):
    job = world.services.exports.request(root, UserFilter(), expected=1)
    with pytest.raises(Conflict):
        world.services.exports.link(root, job.job_id)
    world.services.worker.turn(FILES_QUEUE)
    link = world.services.exports.link(root, job.job_id)
    assert (link.file_name, link.rows) == ("people-2026-11-21.csv", 1)
    url = link.url()
    assert "X-Amz-Expires=900" in url
    assert "attachment" in url
    assert f"exports/acme/{job.job_id}.csv" in url
    world.clock.pass_(days=8)
    with pytest.raises(NotFound, match="7 days"):
        world.services.exports.link(root, job.job_id)


def test_what_is_in_a_file_is_told_without_a_signature(world, root, monkeypatch):
    job = world.services.exports.request(root, UserFilter(), expected=1)
    world.services.worker.turn(FILES_QUEUE)
    signed = []
    monkeypatch.setattr(Objects, "url", lambda *_, **__: signed.append("a link") or "https://store.example")
    link = world.services.exports.link(root, job.job_id)
    assert (link.rows, link.unreadable, signed) == (1, 0, [])
    assert (link.url(), signed) == ("https://store.example", ["a link"])


def test_another_persons_file_is_not_there(world, root):
    mia, gwen = world.person("manager", name="mia"), world.person("admin", org="globex", name="gwen")
    job = world.services.exports.request(root, UserFilter())
    world.services.worker.turn(FILES_QUEUE)
    for stranger in (mia, gwen):
        with pytest.raises(NotFound):
            world.services.exports.link(stranger, job.job_id)
    with pytest.raises(NotPermitted):
        world.services.exports.link(world.person("analyst", name="ana"), job.job_id)


def test_nobody_floods_the_worker_with_exports(world, root):
    jobs = [world.services.exports.request(root, UserFilter()) for _ in range(3)]
    with pytest.raises(Conflict, match="under way"):
        world.services.exports.request(root, UserFilter())
    assert [record["action"] for record in world.trail(jobs[0].job_id)] == ["users_exported"]


def test_made_twice_it_is_the_same_file(world, root):
    job = world.services.exports.request(root, UserFilter())
    world.services.worker.turn(FILES_QUEUE)
    first = world.platform.objects.get(DOCUMENTS, key_of(job))
    world.store(JOBS, job.to_item())  # as if the worker had died before it noted the end
    world.services.jobs.announce(job)
    world.services.worker.turn(FILES_QUEUE)
    assert world.platform.objects.get(DOCUMENTS, key_of(job)) == first
    assert len(list(world.platform.objects.walk(DOCUMENTS, "exports/"))) == 1
