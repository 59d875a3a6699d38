"""Names that users choose never pass for those of others: on every page, and in the audit trail."""

import csv
import io
import json
import re

import pytest

from components.bulk import preview_rows as bulk_preview_rows
from components.kit import dialogs
from components.kit.formatting import initials
from components.kit.markdown import plain
from components.users.fields import NOBODY
from components.users.fields import labels as choices
from data.audit.filters import AuditFilter
from data.audit.table import AUDIT_LOG
from data.audit_reports.models import Format
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.core.errors import InvalidInput
from data.core.permissions import Role
from data.users.filters import UserFilter
from data.users.models import EditPerson
from data.users.table import USERS
from tests.screens import all_given, click, labels, screen, words

ALIKE = {
    "the same": ("Root", "Acme"),
    "other case": ("rOOT", "ACME"),
    "other spaces": ("Root\u00a0\u2003 A", "cme"),
    "all in the first name": ("Root Acme", None),
    "composed": ("R\u00f6ot", "Acme"),
    "decomposed": ("Ro\u0308ot", "Acme"),
    "full width": ("\uff32\uff4f\uff4f\uff54", "Acme"),
}


@pytest.fixture(autouse=True)
def root(world):
    return world.person(Role.ADMIN, name="root")


@pytest.fixture(autouse=True)
def mallory(world):
    return world.person(Role.USER, name="mallory", managerId="root")


def rename(world, actor, first, last="Acme"):
    """They rename themselves, under the name that they have until then."""
    actor = world.services.sessions.acting_as(actor.user_id)
    world.services.users.edit(actor, actor.user_id, EditPerson.of(first_name=first, last_name=last))


def shown(world, user_id):
    return world.services.display_names.of(world.services.users.find(user_id))


def test_a_name_of_its_own_stands_alone(world):
    assert [shown(world, user_id) for user_id in ("root", "mallory")] == ["Root Acme", "Mallory Acme"]


@pytest.mark.parametrize(("first", "last"), ALIKE.values(), ids=ALIKE)
def test_names_that_look_the_same_come_with_their_usernames(world, mallory, first, last):
    rename(world, mallory, first, last)
    assert shown(world, "root") == "Root Acme (root)"
    assert shown(world, "mallory").endswith(" (mallory)")


def test_a_name_is_free_again_when_its_second_user_leaves_it(world, mallory):
    rename(world, mallory, "Root")
    rename(world, mallory, "Mallory")
    assert shown(world, "root") == "Root Acme"


def test_inactive_users_share_names_too(world, mallory, root):
    rename(world, mallory, "Root")
    world.services.users.deactivate(root, "mallory")
    assert shown(world, "root") == "Root Acme (root)"


def test_users_of_other_organisations_share_no_name(world):
    world.person(Role.ADMIN, org="globex", name="gwen", firstName="Root", lastName="Acme")
    assert shown(world, "root") == shown(world, "gwen.globex") == "Root Acme"


@pytest.mark.parametrize("name", ["Root Acme (root)", "Mallory (then Root Acme)", "Root Acme \uff08root\uff09"])
def test_a_name_that_imitates_a_username_gets_its_own(world, mallory, name):
    rename(world, mallory, name, None)
    assert shown(world, "mallory") == f"{name} (mallory)"


def test_a_name_that_is_the_username_of_another_comes_with_its_own(world, mallory):
    world.person(Role.ADMIN, name="ada", firstName=None, lastName=None)
    rename(world, mallory, "ada", None)
    assert (shown(world, "ada"), shown(world, "mallory")) == ("ada (ada)", "ada (mallory)")


def test_until_all_users_are_loaded_every_name_has_its_username(world, monkeypatch):
    monkeypatch.setattr(world.platform.memory.background, "start", lambda *_, **__: None)
    assert shown(world, "mallory") == "Mallory Acme (mallory)"


def test_a_choice_of_users_has_no_two_labels_alike(world, mallory, root):
    rename(world, mallory, "Root")
    namesake = world.person(Role.MANAGER, name="ned", firstName=NOBODY, lastName=None)
    users = [world.services.users.find(actor.user_id) for actor in (root, mallory, namesake)]
    assert choices(users) == {
        "root": "Root Acme (root)",
        "mallory": "Root Acme (mallory)",
        "ned": f"{NOBODY} (ned)",
    }


def applied(world, root):
    """A bulk change of both namesakes, applied."""
    command = EditPerson.of(department="Finance", manager_id="root")
    plan = world.services.batches.plan_change(root, ["mallory", "tim"], command, title="A change")
    world.services.batches.apply(root, plan.batch_id)
    while world.services.worker.turn(FILES_QUEUE):
        pass
    return plan.batch_id


def seen(opened):
    """All that a page says, in its HTML, its components and its buttons."""
    titles = [dialog.proto.dialog.title for dialog in opened.get("dialog")] if opened.get("dialog") else []
    return " ".join([words(opened), all_given(opened), *labels(opened), *titles]).replace("\\", "")


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("home", {}),
        ("audit", {}),
        ("audit", {"audit_entity": "mallory"}),
        ("audit", {"audit_actor": "root"}),
        ("users", {"users_status": "all"}),
        ("users", {"users_manager": "root", "users_status": "all"}),
        ("user", {"id": "mallory"}),
        ("user", {"id": "root"}),
        ("user", {"id": "tim"}),
        ("batch", {"id": "applied"}),
    ],
    ids=str,
)
def test_no_page_shows_a_shared_name_alone(world, root, mallory, page, query):
    world.person(Role.USER, name="tim", managerId="mallory")
    rename(world, mallory, "Root")
    world.services.sessions.new_link(root, "mallory")
    world.services.directory.search(root, UserFilter())
    if page == "batch":
        query = {"id": applied(world, root)}
    said = seen(screen(world, root, page, **query))
    found = re.findall(r"Root Acme(?! \((?:root|mallory)\))(?!\)).{0,30}", said)
    assert "Root Acme (" in said
    assert found == []


def test_a_user_sees_the_username_of_a_manager_with_a_shared_name(world, mallory):
    rename(world, mallory, "Root")
    world.person(Role.USER, name="eve", managerId="root")
    for page in ("home", "user"):
        assert "Manager Root Acme (root)" in words(screen(world, world.services.sessions.acting_as("eve"), page)), page


def test_a_planned_change_names_both_users_apart(world, root, mallory, monkeypatch):
    rename(world, mallory, "Root")
    drawn = []
    monkeypatch.setattr(bulk_preview_rows, "_list", drawn.extend)
    plan = world.services.batches.plan_change(
        root, ["mallory", "root"], EditPerson.of(department="Finance"), title="A change"
    )
    screen(world, root, "home")  # installs the services that components ask for
    bulk_preview_rows.planned(root, world.services.batches.rows(root, plan.batch_id).items)
    assert "Root Acme (mallory)" in drawn[0]
    assert "Root Acme (root)" in drawn[1]


def test_the_dialogs_about_a_user_name_the_one_that_is_meant(world, root, mallory):
    rename(world, mallory, "Root")
    for label in ("Deactivate…", "Sign out everywhere…", "New set-password link…", "Edit"):
        opened = click(screen(world, root, "user", id="mallory"), label)
        assert "Root Acme (mallory)" in seen(opened), label


def test_past_acts_are_shown_under_the_name_of_that_time(world, root, mallory):
    rename(world, mallory, "Mallory", "Smith")
    rename(world, mallory, "Root")
    said = words(screen(world, root, "audit"))
    assert "Root Acme (mallory) (then Mallory Acme) edited the profile" in said
    assert "Root Acme (mallory) (then Mallory Smith) edited the profile" in said
    assert "(then" not in words(screen(world, root, "audit", audit_actor="root"))


def test_a_target_is_shown_under_the_name_of_that_time(world, root, mallory):
    world.services.sessions.new_link(root, "mallory")
    rename(world, mallory, "Zoe")
    said = words(screen(world, root, "audit", audit_action="password_link_made"))
    assert "Root Acme made a set-password link for Zoe Acme (then Mallory Acme)" in said
    assert "made a set-password link for Zoe Acme (then Mallory Acme)" in words(screen(world, root, "home"))


def test_a_name_that_did_not_change_is_shown_once(world, root):
    world.services.sessions.new_link(root, "mallory")
    assert "(then" not in words(screen(world, root, "audit"))


def test_records_hold_names_and_usernames_under_their_seal(world, root):
    world.services.sessions.new_link(root, "mallory")
    record = world.trail("mallory")[-1]
    assert (record["userName"], record["actorUsername"]) == ("Root Acme", "root")
    assert (record["entityName"], record["entityUsername"]) == ("Mallory Acme", "mallory")
    for field in ("userName", "actorUsername", "entityName", "entityUsername"):
        world.store(AUDIT_LOG, {**record, field: "forged"})
        assert world.services.audit.verify(root, lambda *_: None).counts == {"edited": 1}, field
    world.store(AUDIT_LOG, record)
    assert world.services.audit.verify(root, lambda *_: None).intact


def test_old_records_without_usernames_are_read_and_verified(world, root, mallory, monkeypatch):
    insert = world.services.audit._trail.insert  # noqa: SLF001 - as records were written before
    new = ("actorUsername", "entityUsername")

    def old(unit, item):
        insert(unit, {name: value for name, value in item.items() if name not in new} | {"entityName": ""})

    monkeypatch.setattr(world.services.audit._trail, "insert", old)  # noqa: SLF001
    world.services.sessions.new_link(root, "mallory")
    monkeypatch.undo()
    rename(world, mallory, "Zoe")
    assert world.services.audit.verify(root, lambda *_: None).intact
    assert "made a set-password link for Zoe Acme web" in words(
        screen(world, root, "audit", audit_action="password_link_made")
    )


def test_a_user_who_cannot_be_read_is_named_with_the_username(world, root, mallory):
    rename(world, mallory, "Root")
    user = world.services.users.find("mallory")
    stored = {**user.to_item(), "role": "king"}
    rename(world, mallory, "Root", "A. Acme")
    world.store(USERS, stored)
    assert "Root Acme (mallory) edited the profile" in words(screen(world, root, "audit"))


@pytest.mark.parametrize("form", list(Format))
def test_exports_of_the_trail_have_usernames_and_both_names(world, root, mallory, form):
    world.services.sessions.new_link(root, "mallory")
    rename(world, mallory, "Root")
    job = world.services.evidence.export(root, AuditFilter(action="password_link_made"), form)
    while world.services.worker.turn(FILES_QUEUE):
        pass
    key = world.services.jobs.get(root, job.job_id).result["key"]
    body = world.platform.objects.get(DOCUMENTS, key).decode("utf-8-sig")
    if form is Format.CSV:
        (row,) = csv.DictReader(io.StringIO(body, newline=""))
        assert (row["Who"], row["Username"]) == ("Root Acme", "root")
        assert (row["Entity"], row["Entity username"]) == ("Root Acme (then Mallory Acme)", "mallory")
        return
    (record,) = json.loads(body)
    assert (record["entityName"], record["entityUsername"]) == ("Mallory Acme", "mallory")
    assert record["current"] == {
        "userName": "Root Acme",
        "actorUsername": "root",
        "entityName": "Root Acme",
        "entityUsername": "mallory",
    }


HEBREW = ("\u05d3\u05e0\u05d4", "\u05db\u05d4\u05df")
ISOLATED = f"\u2068{' '.join(HEBREW)}\u2069"


@pytest.fixture
def dana(world):
    return world.person(Role.USER, name="dana", firstName=HEBREW[0], lastName=HEBREW[1])


def test_a_name_from_right_to_left_is_isolated_wherever_it_is_displayed(world, root, dana):
    names, user = world.services.display_names, world.services.users.find(dana.user_id)
    world.services.directory.search(root, UserFilter())
    assert names.of(user) == ISOLATED
    former = {"name": " ".join(reversed(HEBREW)), "username": "dana", "user_id": "dana"}
    assert names.recorded(user, **former) == f"{ISOLATED} (then \u2068{former['name']}\u2069)"
    assert names.recorded(None, **former) == f"\u2068{former['name']}\u2069 (dana)"
    assert names.of(world.services.users.find("root")) == "Root Acme"
    world.person(Role.USER, name="dan2", firstName=HEBREW[0], lastName=HEBREW[1])
    world.services.directory.search(root, UserFilter())
    assert world.services.users.find("dana").name == " ".join(HEBREW)


def test_dialogs_and_sentences_isolate_a_name_from_right_to_left(world, root, dana):
    dialog = click(screen(world, root, "user", id=dana.user_id), "Deactivate\u2026")
    assert ISOLATED in words(dialog)
    assert plain(f"Deactivate {ISOLATED}") == f"Deactivate {ISOLATED}"
    assert plain("Deactivate \u2068Ann \u2067nimda") == "Deactivate Ann nimda"
    assert dialogs._comparable(ISOLATED) == dialogs._comparable(" ".join(HEBREW))  # noqa: SLF001
    assert initials(ISOLATED) == initials(" ".join(HEBREW))


def test_a_refusal_isolates_the_name_of_a_manager(world, root):
    world.person(Role.MANAGER, name="dana", firstName=HEBREW[0], lastName=HEBREW[1], status="inactive")
    with pytest.raises(InvalidInput) as refusal:
        world.services.users.edit(root, "mallory", EditPerson.of(manager_id="dana"))
    assert ISOLATED in refusal.value.fields["managerId"]
