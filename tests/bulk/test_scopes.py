"""Bulk changes with a token of scope `people`: nothing about an admin's e-mail, role or status, at any stage."""

from dataclasses import replace

import pytest

from data.bulk.models import Act, Outcome, PlannedRow
from data.core.errors import NotSignedIn
from data.core.permissions import Role, Scope

MISSING = "this takes the scope all"


@pytest.fixture
def clerk(floor):
    """`root`, who came with a token for people; with another admin, one who was deactivated, and a user."""
    floor.people("ada", role=Role.ADMIN)
    floor.people("dora", role=Role.ADMIN, status="inactive")
    floor.people("ann")
    return replace(floor.root, scopes=frozenset({Scope.PEOPLE}), via="token")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("ada", {"status": "inactive"}),
        ("ada", {"role": "user"}),
        ("ada", {"email": "thief@evil.example"}),
        ("dora", {"status": "active"}),
        ("dora", {"email": "thief@evil.example"}),
        ("ann", {"role": "admin"}),
    ],
)
class TestOneChange:
    def test_the_preview_rejects_the_row_and_says_why(self, floor, clerk, name, fields):
        row = floor.planned(floor.plan([name], by=clerk, **fields), by=clerk)[name]
        assert row.act is Act.REJECT
        assert MISSING in row.reasons[""]

    def test_the_worker_refuses_what_was_planned_with_more_rights(self, floor, clerk, name, fields):
        before = floor.user(name)
        outcome = floor.apply(floor.plan([name], **fields), by=clerk)[name]
        assert outcome.outcome is Outcome.REFUSED
        assert MISSING in outcome.words
        assert floor.user(name) == before

    def test_taking_it_back_is_refused_likewise(self, floor, clerk, name, fields):
        done = floor.plan([name], **fields)
        assert floor.apply(done)[name].outcome is Outcome.CHANGED
        now = floor.user(name)
        planned = floor.batches.undo(clerk, done.batch_id)
        row = floor.planned(planned, by=clerk)[name]
        assert row.act is Act.REJECT
        assert MISSING in row.reasons[""]
        assert floor.apply(floor.batches.undo(floor.root, done.batch_id), by=clerk)[name].outcome is Outcome.REFUSED
        assert floor.user(name) == now

    def test_trying_it_again_is_refused_likewise(self, floor, clerk, name, fields):
        refused = floor.plan([name], **fields)
        floor.apply(refused, by=clerk)
        row = floor.planned(floor.batches.retry(clerk, refused.batch_id), by=clerk)[name]
        assert row.act is Act.REJECT
        assert MISSING in row.reasons[""]


def test_rows_about_others_are_done_all_the_same(floor, clerk):
    batch = floor.plan(["ada", "ann"], by=clerk, status="inactive")
    assert floor.apply(batch, by=clerk)["ann"].outcome is Outcome.CHANGED
    assert (floor.user("ada").active, floor.user("ann").active) == (True, False)


def test_edits_that_differ_by_person_are_refused_likewise(floor, clerk):
    edits = {"ada": {"email": "thief@evil.example"}, "ann": {"email": "anna@acme.example"}}
    batch = floor.batches.plan_edits(clerk, edits, title="New addresses")
    assert {name: row.act for name, row in floor.planned(batch, by=clerk).items()} == {
        "ada": Act.REJECT,
        "ann": Act.CHANGE,
    }


def test_a_new_admin_who_was_refused_is_rejected_when_it_is_tried_again(floor, clerk):
    after = {"email": "new@acme.example", "username": "newcomer", "role": "admin"}
    row = PlannedRow(number=1, act=Act.CREATE, user_id="id-new", name="New", after=after)
    batch = floor.batches.plan(floor.root, [row], cause="import", title="New people")
    assert MISSING in floor.apply(batch, by=clerk)["id-new"].words
    again = floor.batches.retry(clerk, batch.batch_id)
    planned = floor.planned(again, by=clerk)["id-new"]
    assert planned.act is Act.REJECT
    assert MISSING in planned.reasons["role"]
    assert floor.user("id-new") is None


def test_a_promotion_by_a_bulk_change_and_its_undo_each_end_the_sessions(floor):
    tim = floor.world.person(Role.USER, name="tim")
    batch = floor.plan(["tim"], role="analyst")
    for change, version in ((batch, 2), (None, 3)):
        opened = floor.world.signed_in(tim)
        floor.apply(change or floor.batches.undo(floor.root, batch.batch_id))
        assert floor.user("tim").security_version == version
        with pytest.raises(NotSignedIn):
            floor.world.services.sessions.actor(opened["user_id"], opened["session"])
