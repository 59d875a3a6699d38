"""Imports with a token of scope `people`: no line changes an admin's e-mail, role or status, or makes an admin."""

from dataclasses import replace

import pytest

from data.bulk.models import Act, Outcome
from data.core.errors import NotSignedIn
from data.core.permissions import Scope

MISSING = "this takes the scope all"
TAKEOVERS = [
    "User ID,E-mail\nada,thief@evil.example\n",
    "User ID,Role\nada,user\n",
    "User ID,Status\nada,inactive\n",
    "User ID,Status\ndora,active\n",
    "User ID,E-mail\ndora,thief@evil.example\n",
    "User ID,Role\nann,admin\n",
    "E-mail,Username,Role\nnew@acme.example,newcomer,admin\n",
]


@pytest.fixture
def clerk(desk, world):
    """`root`, who came with a token for people; with another admin, one who was deactivated, and a user."""
    world.person("admin", name="ada")
    world.person("admin", name="dora", status="inactive")
    world.person("user", name="ann")
    return replace(desk.root, scopes=frozenset({Scope.PEOPLE}), via="token")


@pytest.mark.parametrize("text", TAKEOVERS)
def test_the_dry_run_shows_the_line_as_rejected_and_says_why(desk, clerk, text):
    finding = desk.check(text, actor=clerk)
    (row,) = desk.planned(finding)
    assert (row.act, finding.reject, finding.to_do) == (Act.REJECT, 1, 0)
    assert MISSING in " ".join(row.reasons.values())
    assert MISSING in desk.rejected_text(finding)


@pytest.mark.parametrize("text", TAKEOVERS)
def test_the_worker_refuses_it_again_when_it_applies(desk, clerk, text):
    finding, before = desk.check(text), desk.everybody()
    assert finding.to_do == 1
    (row,) = desk.apply(finding, actor=clerk)
    assert row.outcome is Outcome.REFUSED
    assert MISSING in row.words
    assert desk.everybody() == before


@pytest.mark.parametrize("text", TAKEOVERS)
def test_the_scope_all_still_imports_it(desk, clerk, text):
    assert clerk.org_id == "acme"
    (row,) = desk.apply(desk.check(text))
    assert row.outcome in {Outcome.CHANGED, Outcome.CREATED}


def test_lines_about_others_are_imported_all_the_same(desk, clerk):
    text = "User ID,Department,Role\nada,Sales,\nann,Sales,analyst\ndora,Sales,admin\n"
    assert {row.outcome for row in desk.apply(desk.check(text, actor=clerk), actor=clerk)} == {Outcome.CHANGED}


def test_a_promotion_by_an_import_ends_the_sessions(desk, world):
    opened = world.signed_in(world.person("user", name="tim"))
    desk.apply(desk.check("User ID,Role\ntim,analyst\n"))
    with pytest.raises(NotSignedIn):
        world.services.sessions.actor(opened["user_id"], opened["session"])
