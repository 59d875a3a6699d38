"""The page Import: who may open it, what stands there at each step, and that it applies what was shown."""

import pytest

from data.bulk.models import Outcome
from data.core.permissions import Role
from tests.screens import html_of, screen, words


def click(opened, key):
    opened.button(key=key).click()
    opened.run()
    assert not opened.exception, opened.exception


def checked(desk, text):
    """The address of a file that the worker has looked into."""
    job = desk.send(text)
    desk.work()
    return job.job_id


@pytest.mark.parametrize("role", [Role.USER, Role.ANALYST, Role.MANAGER])
def test_only_those_who_add_people_get_in(world, role):
    opened = screen(world, world.person(role), "import")
    assert "does not open this page" in words(opened)
    assert "Choose" not in words(opened)


def test_users_leads_to_it_for_those_who_may(desk, world):
    assert "Import CSV…" in [button.label for button in screen(world, desk.root, "users").button]
    manager = screen(world, world.person(Role.MANAGER, name="mia"), "users")
    assert "Import CSV…" not in [button.label for button in manager.button]


def test_the_first_step_says_what_is_read(desk, world):
    said = words(screen(world, desk.root, "import"))
    for rule in ("Leave the field as it is", "User ID, Username, E-mail", "Template", "makes the link by which"):
        assert rule in said


def test_a_file_under_way_says_how_far_it_is(desk, world):
    job = desk.send("E-mail,Username\nn@acme.example,newone\n")
    opened = screen(world, desk.root, "import", id=job.job_id)
    assert "people.csv is being looked into waits for the worker" in words(opened)
    desk.work()
    opened.run()
    assert "Apply 1 of 1…" in [button.label for button in opened.button]


def test_each_line_shows_what_it_would_do(desk, world):
    world.person("user", name="ann", department="Sales")
    world.person("manager", name="bob")
    text = (
        "User ID,E-mail,Username,Department,Manager,Shoe size\n"
        "ann,,,Design,bob,42\n"
        ",n@acme.example,newone,,,\n"
        ",bad address,other,,,\n"
        "bob,,,,,\n"
    )
    opened = screen(world, desk.root, "import", id=checked(desk, text))
    said = words(opened)
    for piece in (
        "Lines in the file 4",
        "To add 1",
        "No change 1",
        "Line 2 Ann Acme To be changed Department Sales → Design Manager not set → Bob Acme",
        "Line 3 newone To be added Username newone E-mail n@acme.example Role User",
        "E-mail “bad address”: Write it as name@example.com",
        "Left aside, because no field is called so: Shoe size.",
        "Rejected lines as CSV",
    ):
        assert piece in said, piece
    assert "Apply 2 of 4…" in [button.label for button in opened.button]


@pytest.mark.parametrize(("act", "line"), [("create", "Line 3"), ("change", "Line 2"), ("reject", "Line 4")])
def test_the_lines_of_one_kind_have_an_address(desk, world, act, line):
    world.person("user", name="ann")
    text = "E-mail,Username,Department\nann@acme.example,,A\nn@acme.example,newone,\nbad,other,\n"
    said = words(screen(world, desk.root, "import", id=checked(desk, text), import_act=act))
    assert [found for found in ("Line 2", "Line 3", "Line 4") if f"{found} " in said] == [line]


def test_a_kind_of_which_there_is_no_line_is_not_offered_and_its_address_shows_all(desk, world):
    text = "E-mail,Username\nn@acme.example,newone\nbad,other\n"
    opened = screen(world, desk.root, "import", id=checked(desk, text), import_act="change")
    (split,) = opened.button_group
    assert [option.content for option in split.proto.options] == ["All 2", "To add 1", "Rejected 1"]
    assert "Line 2 newone To be added" in words(opened)


def test_what_cannot_be_read_says_why(desk, world):
    said = words(screen(world, desk.root, "import", id=checked(desk, b"PK\x03\x04")))
    assert "people.csv could not be read This is a workbook and no CSV file." in said


def test_where_nothing_is_to_do_nothing_is_offered(desk, world):
    opened = screen(world, desk.root, "import", id=checked(desk, "User ID,Role\nroot,admin\n"))
    assert "There is nothing to do" in words(opened)
    assert not [button for button in opened.button if button.label.startswith("Apply")]


def test_applying_is_agreed_to_and_done_once(desk, world):
    import_id = checked(desk, "E-mail,Username\nn@acme.example,newone\nbad,other\n")
    opened = screen(world, desk.root, "import", id=import_id)
    click(opened, "import_apply")
    said = words(opened)
    assert "1 person is added, without a password" in said
    assert "1 line is rejected or would change nothing" in said
    click(opened, "go_import_apply")
    finding = desk.services.imports.get(desk.root, import_id).finding
    assert desk.services.batches.state(desk.root, finding.batch_id).job is not None
    desk.work()
    opened = screen(world, desk.root, "import", id=import_id)
    assert "Applied 1 added Open" in words(opened)
    assert "import_apply" not in [button.key for button in opened.button]
    (row,) = desk.services.batches.outcomes(desk.root, finding.batch_id).items
    assert row.outcome is Outcome.CREATED


def test_a_finished_import_speaks_of_what_was_done_and_leads_to_it(desk, world):
    world.person("user", name="ann", department="Sales")
    text = "E-mail,Username,Department\nann@acme.example,,Design\nn@acme.example,newone,\nbad,other,\n"
    import_id = checked(desk, text)
    finding = desk.services.imports.get(desk.root, import_id).finding
    desk.services.batches.apply(desk.root, finding.batch_id)
    desk.work()
    opened = screen(world, desk.root, "import", id=import_id)
    said = words(opened)
    assert "Added 1 Changed 1 Rejected 1 No change 0" in said
    assert "newone Added" in said
    assert "To be added" not in said
    assert "To add" not in said
    rows = desk.services.batches.outcomes(desk.root, finding.batch_id).items
    added = next(row.user_id for row in rows if row.outcome is Outcome.CREATED)
    assert f'href="user?id={added}"' in html_of(opened)
    opened = screen(world, desk.root, "import", id=import_id, import_show="reject")
    assert "Line 4 other Rejected" in words(opened)


def test_a_finished_import_is_taken_back_from_its_page(desk, world):
    import_id = checked(desk, "E-mail,Username\nn@acme.example,newone\n")
    finding = desk.services.imports.get(desk.root, import_id).finding
    desk.services.batches.apply(desk.root, finding.batch_id)
    opened = screen(world, desk.root, "import", id=import_id)
    assert "batch_undo" not in [button.key for button in opened.button]
    desk.work()
    opened = screen(world, desk.root, "import", id=import_id)
    click(opened, "batch_undo")
    assert "Apply to 1 person" in [button.label for button in opened.button]


def test_the_import_of_somebody_else_is_not_here(desk, world):
    world.person("admin", org="globex", name="gwen")
    gwen = world.person("admin", org="globex", name="gil")
    import_id = checked(desk, "E-mail,Username\nn@acme.example,newone\n")
    assert "It is not here" in words(screen(world, gwen, "import", id=import_id))
