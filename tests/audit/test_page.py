"""The page Audit: filters in the address, words, before and after, more."""

import pytest

from components.audit_filters import AuditFilter
from data.audit.service import AuditService
from data.errors import Unavailable
from data.logs import correlation_id
from data.permissions import Role
from data.users.models import CreatePerson, EditPerson
from tests.screens import screen, words


@pytest.fixture
def ada(world):
    return world.person(Role.ADMIN, name="ada")


def edit(world, actor, person, **values):
    world.services.users.edit(actor, person.user_id, EditPerson.of(**values))


def chips(opened):
    return [button.label for button in opened.button if str(button.key).startswith("chip_")]


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
def test_those_who_are_no_admins_have_no_audit(world, role):
    said = words(screen(world, world.person(role), "audit"))
    assert "This is not open to you" in said


def test_a_change_is_told_with_before_and_after(world, ada):
    bob = world.person(Role.USER, name="bob", department="Support")
    edit(world, ada, bob, department="Trust")
    said = words(screen(world, ada, "audit"))
    assert "Ada Acme edited the profile of Bob Acme web" in said
    assert "department \u2212 Support + Trust" in said
    assert "1 record loaded" in said


def test_managers_are_named_in_what_changed(world, ada):
    bob, boss = world.person(Role.USER, name="bob"), world.person(Role.MANAGER, name="boss")
    edit(world, ada, bob, manager_id=boss.user_id)
    assert "managerId not set + Boss Acme" in words(screen(world, ada, "audit"))


def test_a_new_person_is_told_in_one_line(world, ada):
    command = CreatePerson.of(email="cy@acme.example", username="cyrus", first_name="Cy", role="analyst")
    world.services.users.create(ada, command)
    assert "Ada Acme added Cy web · email cy@acme.example · first name Cy · role analyst" in words(
        screen(world, ada, "audit")
    )


def test_a_sign_in_says_browser_and_address(world, ada):
    bob = world.person(Role.USER, name="bob", password="correct horse battery")
    world.services.sessions.sign_in(
        bob.username, "correct horse battery", address="203.0.113.7", user_agent="Firefox/130 Linux"
    )
    said = words(screen(world, ada, "audit"))
    assert "Bob Acme signed in web · address 203.0.113.7 · browser Firefox on Linux" in said


def test_the_reference_of_the_log_is_shown(world, ada):
    token = correlation_id.set("ref-4711")
    edit(world, ada, ada, location="Leith")
    correlation_id.reset(token)
    assert "reference ref-4711" in words(screen(world, ada, "audit"))


def test_what_a_page_writes_carries_a_reference_too(world, ada):
    settings = screen(world, ada, "settings")
    for place in ("Leith", "Porto"):
        next(box for box in settings.text_input if box.label == "Location").set_value(place)
        next(button for button in settings.button if button.label == "Save changes").click().run()
    first, second = (item.get("correlationId") for item in world.trail(ada.user_id))
    assert first
    assert second not in (None, first)


def test_links_filter_by_whom_it_is_about(world, ada):
    bob, cy = world.person(Role.USER, name="bob"), world.person(Role.USER, name="cy")
    edit(world, ada, bob, location="Leith")
    edit(world, ada, cy, location="Porto")
    opened = screen(world, ada, "audit", audit_entity="bob")
    assert chips(opened) == ["About Bob Acme"]
    assert "Leith" in words(opened)
    assert "Porto" not in words(opened)


def test_a_chip_removes_its_filter_alone(world, ada):
    bob = world.person(Role.USER, name="bob")
    edit(world, ada, bob, location="Leith")
    edit(world, bob, bob, phone="+44 131 496 0001")
    opened = screen(world, ada, "audit", audit_entity="bob", audit_actor="bob")
    assert chips(opened) == ["About Bob Acme", "By Bob Acme"]
    assert "1 record loaded of 2 examined" in words(opened)
    opened.button(key="chip_audit_actor").click().run()
    assert chips(opened) == ["About Bob Acme"]
    assert "Leith" in words(opened)


def test_the_act_is_chosen_and_stays_in_the_address(world, ada):
    bob = world.person(Role.USER, name="bob")
    edit(world, ada, bob, location="Leith")
    edit(world, ada, bob, role="analyst")
    opened = screen(world, ada, "audit")
    opened.selectbox[0].select("role_changed").run()
    assert opened.query_params["audit_action"] in ("role_changed", ["role_changed"])
    assert "changed the role of Bob Acme" in words(opened)
    assert "Leith" not in words(opened)
    opened.selectbox[0].select("").run()
    assert "audit_action" not in opened.query_params
    assert "Leith" in words(opened)


def test_older_records_are_loaded_on_demand(world, ada):
    for number in range(60):
        world.dynamo.commit([world.services.audit.record(ada, f"act_{number}", entity=("thing", str(number)))])
    opened = screen(world, ada, "audit")
    assert "50 records loaded, more below" in words(opened)
    assert "act 5 5" not in words(opened)
    opened.button(key="more_audit").click().run()
    assert "60 records loaded" in words(opened)
    assert "more below" not in words(opened)


def test_an_empty_trail_says_what_will_come(world, ada):
    assert "Nothing has been recorded yet" in words(screen(world, ada, "audit"))


def test_an_empty_filter_names_itself_and_can_be_cleared(world, ada):
    edit(world, ada, ada, location="Leith")
    opened = screen(world, ada, "audit", audit_actor="ada", audit_action="role_changed")
    assert "The filters are: By Ada Acme, Act is role changed." in words(opened)
    opened.button(key="clear_all").click().run()
    assert "Leith" in words(opened)


@pytest.mark.parametrize("odd", ["x" * 5_000, "<b>", "../..", "%00"])
def test_odd_addresses_find_nothing_and_break_nothing(world, ada, odd):
    for parameter in ("audit_entity", "audit_actor", "audit_action"):
        assert "No record passes the filters" in words(screen(world, ada, "audit", **{parameter: odd}))


def test_a_trail_that_fails_leaves_head_and_filter(world, ada, monkeypatch):
    def fails(*_, **__):
        raise Unavailable("DynamoDB does not answer.")

    monkeypatch.setattr(AuditService, "list_newest", fails)
    opened = screen(world, ada, "audit")
    assert "Audit who did what" in words(opened)
    assert "The store does not answer just now" in words(opened)
    assert opened.selectbox[0].label == "Act"


def test_people_of_other_organisations_stay_unnamed(world, ada):
    world.person(Role.USER, "globex", "zoe")
    assert "Zoe" not in words(screen(world, ada, "audit", audit_entity="zoe.globex"))


def test_the_most_telling_filter_runs_by_index():
    assert AuditFilter("e", "a", "x").by_index() == {"entity_id": "e"}
    assert AuditFilter("", "a", "x").by_index() == {"user_id": "a"}
    assert AuditFilter("", "", "x").by_index() == {"action": "x"}
    assert AuditFilter().by_index() == {}
