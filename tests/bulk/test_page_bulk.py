"""Users selected and changed together: what is offered, the look before, the row that follows, the way back."""

import re

import pytest

from data.bulk.models import Outcome
from data.core.permissions import Role
from data.users.filters import UserFilter
from tests.screens import button, choose_in_combo, click, combo, given, html_of, labels, plain, rows, screen, words

EVERY = "users/every"  # the filter, while all users that match are selected


def plan(opened):
    """The rows of the plan that is shown: id → all that is said of the person."""
    lists = re.findall(r'<ol class="plan">(.*?)</ol>', html_of(opened), re.DOTALL)
    entries = re.findall(r"<li>.*?</li>", " ".join(lists), re.DOTALL)
    return {re.search(r'href="user\?id=([^"]+)"', entry)[1]: plain(entry) for entry in entries}


@pytest.fixture
def everybody(floor):
    """`root` with all who match selected on Users."""

    def select(actor=None, **query):
        opened = screen(floor.world, actor or floor.root, "users", **query)
        departments = tuple(filter(None, [query.get("users_department")]))
        opened.session_state[EVERY] = UserFilter(status="active", departments=departments)
        opened.run()
        return opened

    return select


def choose(opened, label, value):
    assert button(opened, "Preview").disabled
    if label == "Department":
        assert combo(opened, label)["value"] is None
        choose_in_combo(opened, label, value)
        opened.run()
    else:
        next(each for each in opened.selectbox if each.label == label).set_value(value).run()
    assert not button(opened, "Preview").disabled
    click(opened, "Preview")


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.ADMIN, {"Role…", "Manager…", "Department…", "Status…"}),
        (Role.MANAGER, {"Manager…", "Department…"}),
    ],
)
def test_each_role_is_offered_what_it_may_change(floor, everybody, role, offered):
    opened = everybody(floor.world.person(role, name="mia"))
    assert offered == {"Role…", "Manager…", "Department…", "Status…"} & set(labels(opened))
    assert "2 selected" in words(opened)


def test_analysts_are_offered_no_selection(floor):
    opened = screen(floor.world, floor.world.person(Role.ANALYST, name="ana"), "users")
    assert not given(rows(opened, "users_table")[0])["pick"]


def test_many_are_changed_after_a_look_and_taken_back(floor, everybody):
    floor.people("tim", "zoe", department="Sales")
    floor.people("bob", department="Finance")
    opened = everybody()
    assert "4 selected" in words(opened)
    click(opened, "Department…")
    choose(opened, "Department", "Finance")
    assert "3 people will change, 1 will not." in words(opened)
    assert plan(opened)["tim"].endswith("Tim Acme To be changed Department Sales → Finance")
    assert plan(opened)["bob"].endswith("Bob Acme No change")
    assert floor.user("tim").department == "Sales"
    click(opened, "Change 3 people")
    assert "selected" not in words(opened)
    assert "waits for the worker" in words(opened)
    floor.work()
    opened.run()
    assert "3 changed" in words(opened)
    assert {floor.user(name).department for name in ("tim", "zoe", "root")} == {"Finance"}
    click(opened, "Undo")
    assert "Undo: Change department to Finance" in words(opened)
    click(opened, "Apply to 3 people")
    floor.work()
    opened.run()
    assert {name: floor.user(name).department for name in ("tim", "bob")} == {"tim": "Sales", "bob": "Finance"}


def test_the_ids_are_frozen_when_the_dialog_opens(floor, everybody):
    floor.people("tim", department="Sales")
    opened = everybody(users_department="Sales")
    click(opened, "Manager…")
    floor.people("late", department="Sales")
    choose(opened, "Manager", "root")
    assert set(plan(opened)) == {"tim"}


@pytest.mark.parametrize(("field", "value"), [("Role", "user"), ("Manager", ""), ("Status", "active")])
def test_nothing_is_chosen_until_somebody_chooses(floor, everybody, field, value):
    floor.people("tim")
    opened = everybody()
    click(opened, f"{field}…")
    (asked,) = [each for each in opened.selectbox if each.label == field and (each.key or "").startswith("bulk-")]
    assert (asked.value, asked.proto.placeholder) == (None, "Choose…")
    assert button(opened, "Preview").disabled
    asked.set_value(value).run()
    assert not button(opened, "Preview").disabled


def test_deactivating_many_needs_their_number_typed(floor, everybody):
    floor.people("tim", "zoe")
    opened = everybody()
    click(opened, "Status…")
    choose(opened, "Status", "inactive")
    assert "Signed out everywhere" in words(opened)
    assert "You cannot deactivate yourself." in words(opened)
    last = button(opened, "Deactivate 2 people")
    assert last.disabled
    opened.text_input[-1].input("2 people").run()
    click(opened, "Deactivate 2 people")
    floor.work()
    assert not floor.user("tim").active
    assert floor.user("root").active


def test_deactivating_managers_says_how_many_they_leave_without_one(floor, everybody):
    for name in ("mia", "max"):
        floor.people(name, role=Role.MANAGER, department="Leads")
    floor.people("kim", role=Role.MANAGER, department="Leads", managerId="mia")
    floor.people("tim", "zoe", managerId="mia")
    floor.people("bob", managerId="max")
    floor.people("old", managerId="max", status="inactive")
    floor.people("top", managerId="root")
    opened = everybody(users_department="Leads")
    click(opened, "Status…")
    choose(opened, "Status", "inactive")
    assert "3 people report to 2 of these and will have no active manager. Give them another one first" in words(opened)


def test_nothing_is_said_of_reports_where_there_are_none_and_no_number_where_it_is_not_known(
    floor, everybody, monkeypatch
):
    floor.people("tim", department="Sales", managerId="root")
    opened = everybody(users_department="Sales")
    click(opened, "Status…")
    choose(opened, "Status", "inactive")
    assert "no active manager" not in words(opened)
    monkeypatch.setattr("data.users.search.PeopleSearch.left_behind", lambda *_: None)
    opened = everybody(users_department="Sales")
    click(opened, "Status…")
    choose(opened, "Status", "inactive")
    assert "Whoever reports to them will have no active manager." in words(opened)


def test_a_choice_that_changes_nobody_is_told(floor, everybody):
    floor.people("tim")
    opened = everybody()
    click(opened, "Department…")
    choose(opened, "Department", "")
    assert "nobody will change, 2 will not." in words(opened)
    assert "Close" in labels(opened)
    click(opened, "Close")
    assert not plan(opened)


def test_another_filter_ends_the_selection_of_all(floor, everybody):
    floor.people("tim")
    opened = everybody()
    opened.query_params["users_q"] = "tim"
    opened.run()
    assert "selected" not in words(opened)


def test_new_managers_are_shown_by_name(floor, everybody):
    floor.people("tim", managerId="root")
    floor.world.person(Role.MANAGER, name="mia")
    opened = everybody()
    click(opened, "Manager…")
    choose(opened, "Manager", "mia")
    assert plan(opened)["tim"].endswith("Manager Root Acme → Mia Acme")
    assert "Manager “Mia Acme”: Nobody reports to themselves" in plan(opened)["mia"]


def test_the_page_of_a_batch_tells_all_of_it(floor, world):
    floor.people("tim", "zoe", department="Sales")
    batch = floor.plan(["tim", "zoe", "root"], department="Sales")
    opened = screen(world, floor.root, "batch", id=batch.batch_id)
    assert set(plan(opened)) == {"tim", "zoe", "root"}
    assert "Planned" in words(opened)
    click(opened, "Apply to 1 person")
    assert "Under way: waits for the worker." in words(opened)
    floor.edit("root", department="Board")
    floor.work()
    opened.run()
    said = words(opened)
    assert "Done, with failures" in said
    assert "1 failed" in said
    assert "Changed by others error Somebody changed the department" in plan(opened)["root"]
    assert f"/files/outcomes/{batch.batch_id}" in html_of(opened)
    click(opened, "Retry what failed…")
    assert "Department Board → Sales" in plan(opened)["root"]
    click(opened, "Apply to 1 person")
    floor.work()
    opened.run()
    assert floor.user("root").department == "Sales"


def test_outcomes_are_filtered_by_the_address(floor, world):
    floor.people("tim", "zoe", department="Sales")
    batch = floor.plan(["tim", "zoe"], department="Board")
    floor.edit("zoe", department="Design")
    floor.apply(batch)
    opened = screen(world, floor.root, "batch", id=batch.batch_id, batch_show=Outcome.MOVED.value)
    assert set(plan(opened)) == {"zoe"}
    opened = screen(world, floor.root, "batch", id=batch.batch_id, batch_show="nonsense")
    assert set(plan(opened)) == {"tim", "zoe"}


def test_a_batch_that_is_over_says_what_is_done_and_no_more_what_is_to_do(floor, world):
    floor.people("tim", "zoe", department="Sales")
    batch = floor.plan(["tim", "zoe"], department="Board")
    assert "To do 2" in words(screen(world, floor.root, "batch", id=batch.batch_id))
    floor.apply(batch)
    said = words(screen(world, floor.root, "batch", id=batch.batch_id))
    assert "Done 2" in said
    assert "Result 2 changed" in said
    assert "To do" not in said


def test_another_ones_batch_is_not_here(floor, world):
    floor.people("tim")
    batch = floor.plan(["tim"], department="Board")
    for stranger in (world.person(Role.MANAGER, name="mia"), world.person(Role.ADMIN, org="globex", name="eve")):
        assert "It is not here" in words(screen(world, stranger, "batch", id=batch.batch_id))
    assert "It is not here" in words(screen(world, floor.root, "batch"))


def test_a_job_that_stopped_goes_on_by_hand(floor, world, monkeypatch):
    floor.people("tim")
    batch = floor.plan(["tim"], department="Board")
    floor.batches.apply(floor.root, batch.batch_id)
    with monkeypatch.context() as broken:
        broken.setattr("data.bulk.tasks.ApplyTask._work", lambda *_: 1 / 0)
        for _ in range(4):
            floor.work()
            world.clock.pass_(minutes=10)
            world.services.worker.sweep()
    opened = screen(world, floor.root, "batch", id=batch.batch_id)
    assert "Stopped" in words(opened)
    click(opened, "Go on")
    floor.work()
    opened.run()
    assert "1 changed" in words(opened)


def test_a_manager_who_is_gone_is_an_id_and_nobody_new(floor, world):
    floor.people("tim", managerId="gone-since")
    opened = screen(world, floor.root, "batch", id=floor.plan(["tim"], manager_id="root").batch_id)
    assert plan(opened)["tim"].endswith("To be changed Manager gone-since → Root Acme")


def test_the_trail_calls_a_batch_by_its_title(floor, world):
    floor.people("tim", department="Sales")
    floor.apply(floor.plan(["tim"], department="Board"))
    for page in ("audit", "home"):
        said = words(screen(world, floor.root, page))
        assert "Root Acme applied “A change”" in said
        assert "title A change" not in said
