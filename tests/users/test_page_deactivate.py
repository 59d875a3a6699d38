"""Somebody is deactivated on their page, and who takes the place of theirs."""

import pytest

from data.config.resources import FILES_QUEUE
from data.core.permissions import Role
from data.users.models import EditPerson
from tests.screens import box, button, click, labels, screen, words

pytestmark = pytest.mark.usefixtures("root", "tim")


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch):
    """moto is not atomic under threads."""
    monkeypatch.setattr("data.bulk.tasks.SIDE_BY_SIDE", 1)


@pytest.fixture
def led(world, root, tim):
    """`root` → tim → low → lower, as pages leave them."""
    for name in ("low", "lower"):
        world.person(Role.USER, name=name)
    for name, manager in ((tim.user_id, "root"), ("low", "tim"), ("lower", "low")):
        world.services.users.edit(root, name, EditPerson.of(managerId=manager))


def worked_off(world):
    while world.services.worker.turn(FILES_QUEUE):
        pass


def active(world):
    return world.services.users.find("tim").active


def manager_of(world, name):
    return world.services.users.find(name).manager_id


@pytest.mark.usefixtures("led")
def test_those_who_report_get_the_next_manager_up(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Deactivate…")
    assert "1 person reports to Tim Acme: Low Acme." in words(opened)
    assert opened.selectbox[-1].value == "root"
    box(opened, "Type Tim Acme to confirm").input("Tim Acme").run()
    click(opened, "Deactivate Tim")
    worked_off(world)
    opened.run()
    assert "Deactivate Tim Acme, with a new manager for 1 person" in words(opened)
    assert "2 changed" in words(opened)
    assert not active(world)
    assert (manager_of(world, "low"), manager_of(world, "lower")) == ("root", "low")
    click(opened, "Undo")
    click(opened, "Apply to 2 people")
    worked_off(world)
    assert (active(world), manager_of(world, "low")) == (True, "tim")


def succeeded(world, root, successor):
    """The page of tim, whose access was ended with this successor; the worker has done it."""
    world.services.users.edit(root, successor, EditPerson.of(role=Role.MANAGER))
    opened = screen(world, root, "user", id="tim")
    click(opened, "Deactivate…")
    opened.selectbox[-1].set_value(successor).run()
    told = words(opened)
    box(opened, "Type Tim Acme to confirm").input("Tim Acme").run()
    click(opened, "Deactivate Tim")
    worked_off(world)
    return opened.run(), told


@pytest.mark.usefixtures("led")
def test_a_deputy_takes_the_place_of_who_is_deactivated(world, root):
    world.person(Role.USER, name="kim")
    world.services.users.edit(root, "kim", EditPerson.of(managerId="tim"))
    opened, told = succeeded(world, root, "low")
    assert "Low Acme takes the place of Tim Acme and comes under Root Acme" in told
    assert "3 changed" in words(opened)
    assert not active(world)
    assert [manager_of(world, name) for name in ("low", "kim", "lower")] == ["root", "low", "low"]
    click(opened, "Undo")
    click(opened, "Apply to 3 people")
    worked_off(world)
    assert active(world)
    assert [manager_of(world, name) for name in ("low", "kim", "lower")] == ["tim", "tim", "low"]


@pytest.mark.usefixtures("led")
def test_a_deputy_of_who_was_at_the_top_is_there_then(world, root):
    world.services.users.edit(root, "tim", EditPerson.of(managerId=None))
    opened, told = succeeded(world, root, "low")
    assert "Low Acme takes the place of Tim Acme and reports to nobody from then on" in told
    assert "2 changed" in words(opened)
    assert [manager_of(world, name) for name in ("low", "lower")] == [None, "low"]


@pytest.mark.usefixtures("led")
def test_nobody_comes_under_a_manager_who_is_gone_too(world, root):
    world.person(Role.MANAGER, name="mid", managerId="root")
    world.services.users.edit(root, "tim", EditPerson.of(managerId="mid"))
    world.services.users.deactivate(root, "mid")
    _, told = succeeded(world, root, "low")
    assert "comes under Root Acme" in told
    assert manager_of(world, "low") == "root"


@pytest.mark.usefixtures("led")
def test_a_successor_from_further_below_makes_no_loop(world, root):
    opened, told = succeeded(world, root, "lower")
    assert "Lower Acme takes the place of Tim Acme and comes under Root Acme" in told
    assert [manager_of(world, name) for name in ("lower", "low")] == ["root", "lower"]
    click(opened, "Undo")
    click(opened, "Apply to 3 people")
    worked_off(world)
    assert [manager_of(world, name) for name in ("lower", "low")] == ["low", "tim"]


@pytest.mark.usefixtures("led")
def test_a_successor_from_elsewhere_stays_where_they_are(world, root):
    world.person(Role.USER, name="kim", managerId="root")
    _, told = succeeded(world, root, "kim")
    assert "takes the place" not in told
    assert [manager_of(world, name) for name in ("kim", "low")] == ["root", "kim"]


@pytest.mark.usefixtures("led")
def test_people_may_stay_with_who_is_deactivated(world, root):
    opened = screen(world, root, "user", id="tim")
    click(opened, "Deactivate…")
    opened.selectbox[-1].set_value("stay")
    box(opened, "Type Tim Acme to confirm").input("Tim Acme").run()
    click(opened, "Deactivate Tim")
    assert "Tim Acme is deactivated." in words(opened)
    assert manager_of(world, "low") == "tim"


def test_a_person_is_deactivated_after_their_name_is_typed(world, root, tim):
    world.opened(tim)
    world.person(Role.USER, name="low", managerId="tim")
    world.services.users.edit(root, "low", EditPerson.of(jobTitle="x", managerId="root"))
    world.services.users.edit(root, "low", EditPerson.of(managerId="tim"))
    opened = screen(world, root, "user", id="tim")
    click(opened, "Deactivate…")
    assert "1 session and all tokens end at once" in words(opened)
    assert "1 person reports to Tim Acme" in words(opened)
    assert button(opened, "Deactivate Tim").disabled
    box(opened, "Type Tim Acme to confirm").input("Tim Acme").run()
    click(opened, "Deactivate Tim")
    assert "Tim Acme is deactivated." in words(opened)
    assert not active(world)
    click(opened, "Undo")
    assert active(world)


def test_an_inactive_person_is_reactivated_by_a_click(world, root):
    world.services.users.deactivate(root, "tim")
    opened = screen(world, root, "user", id="tim")
    click(opened, "Reactivate")
    assert "Tim Acme can sign in again." in words(opened)
    assert active(world)


def test_nobody_is_offered_to_deactivate_themselves(world, root):
    assert "Deactivate…" not in labels(screen(world, root, "user", id="root"))


@pytest.mark.parametrize("typed", ["zoe singh", "ZO\u00cb SINGH", "  Zoe\u0308   Singh "])
def test_a_name_is_confirmed_without_its_accents_and_capitals(world, root, typed):
    world.person(Role.USER, name="zoe", firstName="Zo\u00eb", lastName="Singh")
    opened = screen(world, root, "user", id="zoe")
    click(opened, "Deactivate…")
    box(opened, "Type Zo\u00eb Singh to confirm").input("Zoe Sing").run()
    assert button(opened, "Deactivate Zo\u00eb").disabled
    assert "Signed out everywhere: all tokens end at once" in words(opened)
    box(opened, "Type Zo\u00eb Singh to confirm").input(typed).run()
    assert not button(opened, "Deactivate Zo\u00eb").disabled
