"""Stored plans, outcomes and files show only what their owner may read now, not what they could read once."""

from dataclasses import replace

import pytest

from data.audit.filters import AuditFilter
from data.audit_reports.models import Format
from data.bulk.models import Act
from data.config.resources import DOCUMENTS
from data.core.errors import NotPermitted
from data.core.permissions import Role, Scope
from data.imports.service import file_key
from data.users.filters import UserFilter
from tests.doors import PASSWORD, Browser
from tests.screens import html_of, labels, screen, words

FILE = (
    "User ID,E-mail,Username,Department\nzoe,zoe2@acme.example,,\n,new@acme.example,newcomer,Sales\n"
    "zoe,third@acme.example,,\n"
)
ALL_OF_IT = ("state", "rows", "outcomes", "link", "undo", "retry")


@pytest.fixture
def ada(floor):
    """An admin who will lose the role; with `tim`, `zoe` and `bob`, who are changed before that."""
    floor.people("tim", "zoe", "bob")
    return floor.world.person(Role.ADMIN, name="ada", password=PASSWORD)


@pytest.fixture
def change(floor, ada):
    """New addresses and departments, which Ada applied; Bob's address was changed by Root meanwhile."""
    edits = {
        "tim": {"email": "tim2@acme.example", "department": "Sales"},
        "bob": {"email": "bob2@acme.example"},
        "ada": {"email": "ada2@acme.example"},
    }
    batch = floor.batches.plan_edits(ada, edits, title="New addresses")
    floor.edit("bob", email="bob3@acme.example")
    floor.apply(batch, by=ada)
    return batch


@pytest.fixture
def imported(floor, ada):
    """A file of people that Ada imported: its job and its plan, which was applied."""
    services, upload_id = floor.world.services, floor.world.platform.identifiers.new()
    floor.world.platform.objects.put(DOCUMENTS, file_key("acme", upload_id), FILE.encode(), content_type="text/csv")
    services.imports.request(ada, upload_id, "people.csv")
    floor.work()
    found = services.imports.get(ada, upload_id)
    floor.apply(floor.batches.get(ada, found.finding.batch_id), by=ada)
    return found


def now(floor, ada, role):
    """Ada, with the role that they have from now on."""
    floor.edit("ada", role=role)
    return replace(ada, role=Role(role))


def fetched(floor, address):
    """What Ada's browser gets at this address."""
    browser = Browser(floor.world)
    browser.sign_in("ada")
    return browser.http.get(address)


def changes_of(rows):
    """The fields and values of each row, by user."""
    return {row.user_id: (dict(row.before), dict(row.after)) for row in rows.items}


def test_an_analyst_sees_no_address_in_their_old_bulk_change_but_their_own(floor, ada, change):
    analyst = now(floor, ada, "analyst")
    for rows in (floor.batches.rows(analyst, change.batch_id), floor.batches.outcomes(analyst, change.batch_id)):
        seen = changes_of(rows)
        assert seen["tim"] == ({"department": None}, {"department": "Sales"})
        assert seen["bob"] == ({}, {})
        assert seen["ada"] == ({"email": "ada@acme.example"}, {"email": "ada2@acme.example"})
        assert "@" not in repr([row for row in rows.items if row.user_id != "ada"])


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_those_who_may_read_addresses_still_see_them(floor, ada, change, role):
    reader = now(floor, ada, role)
    for rows in (floor.batches.rows(reader, change.batch_id), floor.batches.outcomes(reader, change.batch_id)):
        assert changes_of(rows)["tim"] == (
            {"email": "tim@acme.example", "department": None},
            {"email": "tim2@acme.example", "department": "Sales"},
        )
    assert "outcomes.csv" in floor.batches.link(reader, change.batch_id)


@pytest.mark.parametrize("role", ["analyst", "user"])
def test_those_who_may_not_export_users_have_no_file_of_outcomes(floor, ada, change, role):
    reader = now(floor, ada, role)
    with pytest.raises(NotPermitted):
        floor.batches.link(reader, change.batch_id)
    answer = fetched(floor, f"/files/outcomes/{change.batch_id}")
    assert (answer.status_code, "location" in answer.headers) == (403, False)


def test_a_token_for_reading_has_no_file_of_outcomes(floor, ada, change):
    narrow = replace(ada, scopes=frozenset({Scope.READ}))
    assert "@" in repr(floor.batches.rows(narrow, change.batch_id))
    with pytest.raises(NotPermitted, match="this takes the scope people"):
        floor.batches.link(narrow, change.batch_id)


@pytest.mark.parametrize("act", ["undo", "retry"])
def test_a_new_plan_of_an_old_change_shows_an_analyst_no_address_either(floor, ada, change, act):
    analyst = now(floor, ada, "analyst")
    plan = getattr(floor.batches, act)(analyst, change.batch_id)
    rows = [row for row in floor.batches.rows(analyst, plan.batch_id).items if row.user_id != "ada"]
    assert rows
    assert {row.act for row in rows} == {Act.REJECT}
    assert "@" not in repr(rows)
    assert "@" in repr(floor.batches.rows(floor.root, plan.batch_id))


def test_the_page_shows_an_analyst_no_address_and_offers_nothing_that_is_refused(floor, ada, change):
    now(floor, ada, "analyst")
    opened = screen(floor.world, ada, "batch", id=change.batch_id)
    assert "New addresses" in words(opened)
    assert "Sales" in words(opened)
    said = words(opened).replace("ada@acme.example", "").replace("ada2@acme.example", "")
    assert "@acme.example" not in said
    assert "/files/outcomes/" not in html_of(opened)
    assert not labels(opened) & {"Undo…", "Retry what failed…"}


def test_the_page_still_shows_a_manager_all_of_it(floor, ada, change):
    now(floor, ada, "manager")
    opened = screen(floor.world, ada, "batch", id=change.batch_id)
    assert "tim2@acme.example" in words(opened)
    assert f"/files/outcomes/{change.batch_id}" in html_of(opened)
    assert not labels(opened) & {"Undo…", "Retry what failed…"}


def test_the_page_still_offers_an_admin_the_way_back(floor, ada, change):
    opened = screen(floor.world, ada, "batch", id=change.batch_id)
    assert {"Undo…", "Retry what failed…"} <= labels(opened)


def test_a_user_does_not_open_their_old_bulk_change(floor, ada, change):
    user = now(floor, ada, "user")
    for act in ALL_OF_IT:
        with pytest.raises(NotPermitted):
            getattr(floor.batches, act)(user, change.batch_id)
    opened = screen(floor.world, ada, "batch", id=change.batch_id)
    assert "This is not open to you" in words(opened)
    assert "tim" not in words(opened)


@pytest.mark.parametrize("role", ["user", "analyst", "manager"])
def test_those_who_may_not_create_users_see_nothing_of_their_old_import(floor, ada, imported, role):
    batch_id, job_id = imported.finding.batch_id, imported.job.job_id
    former = now(floor, ada, role)
    for act in ALL_OF_IT:
        with pytest.raises(NotPermitted):
            getattr(floor.batches, act)(former, batch_id)
    for act in (floor.world.services.imports.get, floor.world.services.imports.rejected):
        with pytest.raises(NotPermitted):
            act(former, job_id)
    for page, id_ in (("batch", batch_id), ("import", job_id)):
        opened = screen(floor.world, ada, page, id=id_)
        assert "This is not open to you" in words(opened)
        assert not [address for address in ("new", "third", "zoe2") if f"{address}@" in html_of(opened)]
    for address in (f"/files/outcomes/{batch_id}", f"/files/rejected/{job_id}"):
        assert fetched(floor, address).status_code == 403


def test_an_admin_still_sees_all_of_their_import(floor, ada, imported):
    batch_id, job_id = imported.finding.batch_id, imported.job.job_id
    assert "zoe2@acme.example" in repr(floor.batches.outcomes(ada, batch_id))
    for address in (f"/files/outcomes/{batch_id}", f"/files/rejected/{job_id}"):
        assert fetched(floor, address).status_code == 303
    assert "zoe2@acme.example" in words(screen(floor.world, ada, "batch", id=batch_id))


def files_of(floor, ada):
    """An export of people and one of the audit trail, both made."""
    services = floor.world.services
    people = services.exports.request(ada, UserFilter())
    trail = services.evidence.export(ada, AuditFilter(), Format.CSV)
    floor.work()
    return f"/files/people/{people.job_id}", f"/files/audit/{trail.job_id}"


@pytest.mark.parametrize(
    ("role", "people", "audit"),
    [("user", 403, 403), ("analyst", 403, 403), ("manager", 303, 403), ("admin", 303, 303)],
)
def test_files_of_people_and_of_the_trail_are_for_those_who_may_make_them_now(floor, ada, role, people, audit):
    addresses = files_of(floor, ada)
    now(floor, ada, role)
    assert [fetched(floor, address).status_code for address in addresses] == [people, audit]


def test_files_and_changes_list_only_what_can_still_be_opened(floor, ada, change, imported):
    addresses = files_of(floor, ada)
    everything = [*(f'href="{address}"' for address in addresses), f"import?id={imported.job.job_id}"]
    listed = html_of(screen(floor.world, ada, "settings", section="work"))
    assert all(part in listed for part in everything)
    now(floor, ada, "manager")
    listed = html_of(screen(floor.world, ada, "settings", section="work"))
    assert [part in listed for part in everything] == [True, False, False]
    assert f"batch?id={change.batch_id}" in listed
