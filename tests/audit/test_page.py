"""The page Audit: filters in the address, words, before and after, more."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl

import pytest

from components.kit.formatting import absolute
from data.audit.filters import AuditFilter
from data.audit.service import AuditService
from data.audit.table import AUDIT_LOG
from data.audit_reports.models import Format
from data.config.resources import FILES_QUEUE
from data.core.errors import Unavailable
from data.core.logs import correlation_id
from data.core.permissions import Role
from data.registry import REGISTRY
from data.users.models import CreatePerson, EditPerson
from tests.screens import click, html_of, rows, screen, words


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
    assert "Department \u2212 Support + Trust" in said
    assert "1 record loaded" in said


def test_managers_are_named_in_what_changed(world, ada):
    bob, boss = world.person(Role.USER, name="bob"), world.person(Role.MANAGER, name="boss")
    edit(world, ada, bob, manager_id=boss.user_id)
    assert "Manager not set + Boss Acme" in words(screen(world, ada, "audit"))


def test_what_changed_is_called_as_the_forms_call_it(world, ada):
    bob = world.person(Role.USER, name="bob")
    edit(world, ada, bob, job_title="Clerk", bio="Hello.", timezone="America/New_York", role="analyst")
    said = words(screen(world, ada, "audit"))
    for told in ("Job title not set + Clerk", "About not set + Hello.", "Time zone not set + America/New York"):
        assert told in said
    assert "Role \u2212 User + Analyst" in said


@pytest.mark.parametrize(
    ("via", "told"),
    [("oidc", "company account"), ("job", "background job"), ("token", "personal token"), ("api", "API")],
)
def test_the_way_somebody_came_is_told_in_words(world, ada, via, told):
    world.services.audit.log(replace(ada, via=via), "came", entity=("thing", "one"))
    assert f"came one {told}" in words(screen(world, ada, "audit"))
    assert chips(screen(world, ada, "audit", audit_via=via)) == [f"Through {told}"]


def test_times_and_people_of_an_export_are_told_in_words(world, ada):
    bob = world.person(Role.USER, name="bob")
    asked = AuditFilter(entity_id=bob.user_id, since=world.clock.now())
    world.services.evidence.export(ada, asked, Format.CSV)
    said = words(screen(world, ada, "audit"))
    assert f"who it was done to Bob Acme · format csv · since {absolute(asked.since)}" in said


def test_a_new_person_is_told_in_one_line(world, ada):
    command = CreatePerson.of(email="cy@acme.example", username="cyrus", first_name="Cy", role="analyst")
    world.services.users.create(ada, command)
    assert "Ada Acme added Cy web · e-mail cy@acme.example · first name Cy · role Analyst" in words(
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


def test_a_reference_leads_to_all_that_was_done_under_it(world, ada):
    bob = world.person(Role.USER, name="bob")
    token = correlation_id.set("ref-4711")
    edit(world, ada, ada, location="Leith")
    edit(world, ada, bob, location="Porto")
    correlation_id.reset(token)
    edit(world, ada, bob, phone="+44 131 496 0001")
    page = html_of(screen(world, ada, "audit"))
    (address,) = set(re.findall(r'href="(audit[?][^"]*audit_reference=[^"]*)"', unescape(page)))
    query = dict(parse_qsl(address.partition("?")[2]))
    opened = screen(world, ada, "audit", **query)
    said = words(opened)
    assert "Leith" in said
    assert "Porto" in said
    assert "0001" not in said
    assert "Reference ref-4711" in chips(opened)
    assert query["audit_actor"] == "ada"
    assert query["audit_from"] == query["audit_to"] == "2026-11-21"


def test_whoever_did_it_is_one_click_away(world, ada):
    edit(world, ada, ada, location="Leith")
    assert 'href="user?id=ada"' in html_of(screen(world, ada, "audit"))


def test_what_a_page_writes_carries_a_reference_too(world, ada):
    settings = screen(world, ada, "settings")
    for place in ("Leith", "Porto"):
        next(box for box in settings.text_input if box.label == "Location").set_value(place)
        click(settings, "Save changes")
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


def select(opened, label):
    return next(each for each in opened.selectbox if each.label == label)


def test_the_act_is_chosen_and_stays_in_the_address(world, ada):
    bob = world.person(Role.USER, name="bob")
    edit(world, ada, bob, location="Leith")
    edit(world, ada, bob, role="analyst")
    opened = screen(world, ada, "audit")
    select(opened, "Act").select("role_changed").run()
    assert opened.query_params["audit_action"] in ("role_changed", ["role_changed"])
    assert "changed the role of Bob Acme" in words(opened)
    assert "Leith" not in words(opened)
    select(opened, "Act").select("").run()
    assert "audit_action" not in opened.query_params
    assert "Leith" in words(opened)


def test_whoever_did_it_is_found_by_name(world, ada):
    bob = world.person(Role.USER, name="bob")
    edit(world, ada, bob, location="Leith")
    edit(world, bob, bob, phone="+44 131 496 0001")
    opened = screen(world, ada, "audit")
    next(box for box in opened.text_input if box.label == "Who did it").set_value("bob").run()
    opened.button(key="audit_actor_chosen_bob").click().run()
    assert chips(opened) == ["By Bob Acme"]
    assert "0001" in words(opened)
    assert "Leith" not in words(opened)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"audit_period": "24h"}, ["new"]),
        ({"audit_period": "7d"}, ["new", "old"]),
        ({"audit_from": "2026-11-21", "audit_to": "2026-11-21"}, ["old"]),
        ({"audit_from": "2026-11-22"}, ["new"]),
        ({"audit_to": "2026-11-20"}, []),
        ({"audit_from": "no day"}, ["new", "old"]),
        ({"audit_q": "NEW"}, ["new"]),
        ({"audit_q": f"{'new ' * 32}old"}, []),
        ({"audit_via": "api"}, []),
    ],
)
def test_the_address_says_which_time_and_name(world, ada, query, seen):
    world.services.audit.log(ada, "came", entity=("thing", "old"))
    world.clock.pass_(days=2)
    world.services.audit.log(ada, "came", entity=("thing", "new"))
    said = words(screen(world, ada, "audit", **query))
    assert [name for name in ("new", "old") if f"came {name} web" in said] == seen


def test_filters_on_top_say_how_many_were_examined(world, ada):
    for number in range(4):
        world.services.audit.log(ada, "came", entity=("thing", f"t{number}"))
    assert "1 record loaded of 4 examined" in words(screen(world, ada, "audit", audit_q="t2"))


def test_a_verification_is_asked_for_and_told(world, ada):
    edit(world, ada, ada, location="Leith")
    opened = screen(world, ada, "audit")
    assert "Not verified yet" in words(opened)
    click(opened, "Verify")
    assert "The trail is being verified" in words(opened)
    world.services.worker.turn(FILES_QUEUE)
    opened.run()
    said = words(opened)
    assert "The trail is as it was recorded verified now, Sat 21 Nov 2026" in said
    assert "2 records in 1 chain" in said
    assert "had the audit trail verified" in said


def test_a_broken_trail_says_what_is_wrong(world, ada):
    edit(world, ada, ada, location="Leith")
    (record,) = world.trail("ada")
    world.store(AUDIT_LOG, {**record, "action": "came"})
    opened = screen(world, ada, "audit")
    click(opened, "Verify")
    world.services.worker.turn(FILES_QUEUE)
    opened.run()
    said = words(opened)
    assert "The trail is not as it was recorded" in said
    assert "1 edited. An alert was sent." in said
    (table,) = rows(opened, "audit_findings")
    assert record["logId"] in str(table.proto)


@pytest.mark.parametrize("form", ["CSV", "JSON"])
def test_what_is_filtered_is_exported(world, ada, form):
    bob = world.person(Role.USER, name="bob")
    edit(world, ada, bob, location="Leith")
    edit(world, ada, bob, role="analyst")
    opened = screen(world, ada, "audit", audit_action="role_changed")
    click(opened, f"Export {form}")
    assert "Your file is being made" in words(opened)
    world.services.worker.turn(FILES_QUEUE)
    opened.run()
    said = words(opened)
    assert f"audit-2026-11-21.{form.lower()}" in said
    assert "1 record · kept for 7 days" in said
    click(opened, "Done")
    assert "audit-2026-11-21" not in words(opened)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_time_is_no_filter(world, ada, day):
    said = words(screen(world, ada, "audit", audit_from=day, audit_to=day))
    assert "Nothing has been recorded yet" in said


@pytest.mark.parametrize("begin", [{"audit_from": "2026-11-21"}, {"audit_period": "24h"}])
def test_a_filter_that_ends_before_it_begins_is_told(world, ada, begin):
    edit(world, ada, world.person(Role.USER, name="bob"), location="Leith")
    said = words(screen(world, ada, "audit", audit_to="2026-11-19", **begin))
    assert "The time ends before it begins: nothing can lie between." in said
    assert "first day" not in said


def test_older_records_are_loaded_on_demand(world, ada):
    for number in range(60):
        world.services.audit.log(ada, f"act_{number}", entity=("thing", str(number)))
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
        assert "No record matches these filters" in words(screen(world, ada, "audit", **{parameter: odd}))


def test_a_trail_that_fails_leaves_head_and_filter(world, ada, monkeypatch):
    def fails(*_, **__):
        raise Unavailable("DynamoDB does not answer.")

    monkeypatch.setattr(AuditService, "list_newest", fails)
    opened = screen(world, ada, "audit")
    assert "Audit who did what" in words(opened)
    assert "Not available at the moment" in words(opened)
    assert opened.selectbox[0].label == "Act"


def test_people_of_other_organisations_stay_unnamed(world, ada):
    world.person(Role.USER, "globex", "zoe")
    assert "Zoe" not in words(screen(world, ada, "audit", audit_entity="zoe.globex"))


def test_a_download_and_a_view_of_stored_items_have_sentences(world, ada):
    world.person(Role.USER, name="bob")
    job = world.services.evidence.export(ada, AuditFilter(), Format.CSV)
    world.services.worker.turn(FILES_QUEUE)
    world.services.evidence.link(ada, job.job_id).url()
    world.services.raw_items.of_person(ada, "bob")
    said = words(screen(world, ada, "audit"))
    assert "Ada Acme looked at the stored items of Bob Acme web · kind user · rows 3" in said
    assert "Ada Acme downloaded “audit-2026-11-21.csv” web · kind audit · rows 1" in said
    opened = screen(world, ada, "audit", audit_action="file_downloaded")
    assert "1 record loaded" in words(opened)
    assert {"raw_item_viewed", "file_downloaded", "address_limited"} <= set(REGISTRY.actions)
