"""The dry run: whom each line means, what it would do, and why it cannot."""

import pytest

from data.bulk.models import Act, Outcome
from data.config.resources import DOCUMENTS
from data.core.permissions import GRANTS, Permission, Reach, Role
from data.users.export import key_of
from data.users.filters import UserFilter
from data.users.models import EditPerson
from data.users.tasks import HEAD


def shape(row):
    """What a row is about and would do, in few words."""
    return (row.number, row.act.value, row.user_id, dict(row.before), dict(row.after))


@pytest.fixture(autouse=True)
def known(desk, world):
    """Who is here beside `root`: a user, a manager, and an admin of another organisation."""
    world.person("user", name="ann", department="Sales")
    world.person("manager", name="bob")
    world.person("admin", org="globex", name="gwen")
    return desk


def reasons(desk, text):
    """Of the lines that are rejected, by line."""
    return {row.number: dict(row.reasons) for row in desk.rows(text) if row.act is Act.REJECT}


def test_people_are_found_by_id_else_e_mail_else_username(desk, world):
    world.person("user", name="eve")
    rows = desk.rows("User ID,E-mail,Username,Department\nann,,,Design\n,BOB@acme.example,,Design\n,,EVE,Design\n")
    assert [(row.user_id, row.act) for row in rows] == [(name, Act.CHANGE) for name in ("ann", "bob", "eve")]
    assert shape(rows[0]) == (2, "change", "ann", {"department": "Sales"}, {"department": "Design"})
    assert (rows[0].name, rows[0].version) == ("Ann Acme", 1)


def test_whom_nobody_knows_is_added_with_all_values(desk):
    (row,) = desk.rows(
        "E-mail,Username,First name,Role,Time zone\nnew@acme.example,New.One,New,ANALYST,Europe/Lisbon\n"
    )
    assert row.act is Act.CREATE
    assert row.name == "New"
    assert dict(row.after) == {
        "email": "new@acme.example",
        "username": "new.one",
        "first_name": "New",
        "role": "analyst",
        "timezone": "Europe/Lisbon",
    }


def test_empty_cells_leave_alone_what_is_stored(desk):
    finding = desk.check("User ID,Department,First name\nann,,\n")
    assert (finding.alike, finding.to_do, finding.batch_id) == (1, 0, None)


def test_lines_that_are_so_already_are_counted_and_left_out(desk):
    finding = desk.check("User ID,Department,Role\nann,Sales,User\nbob,Sales,manager\n")
    assert (finding.rows, finding.alike, finding.change) == (2, 1, 1)
    assert [row.user_id for row in desk.planned(finding)] == ["bob"]


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("nobody-at-all,,,,", "user_id", "Nobody here has this ID."),
        ("gwen.globex,,,,Else", "user_id", "Nobody here has this ID."),
        (",gwen@globex.example,newname,,", "email", "This e-mail cannot be used."),
        (",new@acme.example,gwen.globex,,", "username", "This username cannot be used."),
        ("ann,bob@acme.example,,,", "email", "This e-mail cannot be used."),
        ("ann,gwen@globex.example,,,", "email", "This e-mail cannot be used."),
        ("ann,,ann2,,", "username", "Ann Acme signs in as ann, and a username never changes."),
        (",ann@acme.example,bob,,", "username", "Ann Acme signs in as ann, and a username never changes."),
        (",new@acme.example,,,", "username", "Nobody here is meant by this line"),
        (",,newname,,", "email", "Nobody here is meant by this line"),
        (",new@acme.example,x,,", "username", "3 to 64 lower-case letters"),
        (",no address,newname,,", "email", "Write it as name@example.com"),
        (",new@acme.example,newname,king,", "role", "One of 'user'"),
        ("ann,,,king,", "role", "One of 'user'"),
        (f"ann,,,,{'x' * 81}", "department", "At most 80 characters."),
        (",new@acme.example,newname,,a,b", "", "There are more cells than heads."),
    ],
)
def test_a_line_that_cannot_be_done_says_why(desk, line, field, words):
    found = reasons(desk, f"User ID,E-mail,Username,Role,Department\n{line}\n")
    assert found[2][field].startswith(words)


def test_an_address_that_changes_is_a_change_of_that_person(desk):
    (row,) = desk.rows("Username,E-mail\nann,ann.new@acme.example\n")
    assert shape(row)[1:] == (
        *("change", "ann"),
        {"email": "ann@acme.example"},
        {"email": "ann.new@acme.example"},
    )


def test_doubles_within_the_file_name_the_other_line(desk):
    found = reasons(
        desk,
        "User ID,E-mail,Username,Department\n"
        ",new@acme.example,newone,\n"
        ",NEW@acme.example,newtwo,\n"
        ",third@acme.example,NewOne,\n"
        "ann,,,A\n"
        "ann,,,B\n"
        ",ann@acme.example,,C\n",
    )
    assert found == {
        3: {"email": "Line 2 has the same."},
        4: {"username": "Line 2 has the same."},
        6: {"user_id": "Line 5 has the same."},
        7: {"": "Line 5 is about the same person."},
    }


def test_a_formula_in_a_name_is_text(desk):
    rows = desk.rows("E-mail,Username,First name,Last name\nf@acme.example,formula,'=1+1,=SUM(A1)\n")
    assert (rows[0].after["first_name"], rows[0].after["last_name"]) == ("=1+1", "=SUM(A1)")


def test_somebody_new_cannot_begin_inactive(desk):
    text = "E-mail,Username,Status\nn@acme.example,newone,Inactive\no@acme.example,other,Active\n"
    assert reasons(desk, text) == {
        2: {"status": "Whom this line would add begins active. Empty the cell, and deactivate them afterwards."}
    }


def test_nobody_deactivates_themselves_or_the_last_admin(desk, world):
    world.person("admin", name="ada")
    world.person("admin", name="alf")
    found = reasons(desk, "User ID,Status,Role\nroot,inactive,\nada,inactive,\nalf,,user\nroot,,\n")
    assert found[2][""].startswith("You cannot deactivate yourself.")
    assert 3 not in found
    assert 4 not in found
    text = "User ID,Role\nada,user\nalf,user\nroot,user\n"
    assert reasons(desk, text) == {4: {"": "This would leave no active admin. Make somebody else an admin first."}}


def test_admins_are_counted_over_all_windows(desk, world, monkeypatch):
    monkeypatch.setattr("data.imports.tasks.WINDOW", 1)
    world.person("admin", name="ada")
    assert list(reasons(desk, "User ID,Role\nada,user\nroot,user\n")) == [3]


def test_managers_are_named_by_id_e_mail_or_username(desk, world):
    for name in ("eve", "dan", "joe"):
        world.person("user", name=name)
    rows = desk.rows("User ID,Manager\nann,bob\neve,BOB@acme.example\ndan,Bob\njoe,\nbob,root\n")
    assert {row.user_id: row.after.get("manager_id") for row in rows} == {
        **dict.fromkeys(("ann", "eve", "dan"), "bob"),
        "bob": "root",
    }


def test_a_manager_may_be_added_by_another_line(desk):
    rows = desk.rows(
        "E-mail,Username,Manager\n"
        "a@acme.example,newann,c@acme.example\n"
        "b@acme.example,newbob,newann\n"
        "c@acme.example,newcy,root\n"
    )
    ids = {row.number: row.user_id for row in rows}
    assert [row.number for row in rows] == [4, 2, 3]
    assert [row.after["manager_id"] for row in rows] == ["root", ids[4], ids[2]]


@pytest.mark.parametrize(
    ("manager", "words"),
    [
        ("nobody", "Nobody here, and no line of the file, has this ID"),
        ("gwen.globex", "Nobody here, and no line of the file, has this ID"),
        ("gwen@globex.example", "Nobody here, and no line of the file, has this ID"),
        ("Bob Acme", "Nobody here, and no line of the file, has this ID"),
        ("ann", "Nobody reports to themselves"),
        ("ina", "Ina Acme is inactive"),
        ("bad@acme.example", "Line 3 would add this manager, and is rejected."),
        ("x" * 3_000, "Nobody here, and no line of the file, has this ID"),
    ],
)
def test_a_manager_who_cannot_be_one_is_refused(desk, manager, words):
    desk.world.person("user", name="ina", status="inactive")
    found = reasons(desk, f"User ID,E-mail,Username,Manager\nann,,,{manager}\n,bad@acme.example,?,\n")
    assert found[2]["manager_id"].startswith(words)


def test_who_is_deactivated_by_the_file_is_no_manager(desk):
    found = reasons(desk, "User ID,Manager,Status\nann,bob,\nbob,,inactive\n")
    assert found == {2: {"manager_id": "Bob Acme is inactive; name somebody active."}}


def test_a_manager_whose_own_line_is_rejected_stays_one(desk):
    text = "User ID,E-mail,Manager,Role\nann,,bob@acme.example,\n,bob@acme.example,,king\n"
    assert list(reasons(desk, text)) == [3]
    assert next(row for row in desk.rows(text) if row.act is Act.CHANGE).after == {"manager_id": "bob"}


def test_whoever_hangs_on_a_rejected_line_is_rejected_too(desk):
    found = reasons(
        desk,
        "E-mail,Username,Manager\n"
        "a@acme.example,newann,newbob\n"
        "b@acme.example,newbob,newcy\n"
        "c@acme.example,newcy,nobody\n",
    )
    assert {number: reason["manager_id"][:7] for number, reason in found.items()} == {
        2: "Line 3 ",
        3: "Line 4 ",
        4: "Nobody ",
    }


def test_circles_are_found_also_through_who_is_stored(desk, world):
    world.person("user", name="eve", managerId="ann")
    world.person("user", name="dan", managerId="eve")
    found = reasons(
        desk,
        "User ID,E-mail,Username,Manager\n"
        "ann,,,dan\n"
        ",x@acme.example,newx,newy\n"
        ",y@acme.example,newy,newx\n"
        "bob,,,root\n",
    )
    assert set(found) == {2, 3, 4}
    assert all(reason["manager_id"].startswith("Following the managers up") for reason in found.values())


def test_moves_that_would_circle_one_by_one_are_put_in_order(desk):
    desk.services.users.edit(desk.root, "ann", EditPerson(manager_id="bob"))
    rows = desk.rows("User ID,Manager\nbob,ann\nann,root\n")
    assert [row.user_id for row in rows] == ["ann", "bob"]
    finding = desk.check("User ID,Manager\nbob,ann\nann,root\n")
    assert {row.outcome for row in desk.apply(finding)} == {Outcome.CHANGED}


def test_nobody_comes_under_a_manager_before_they_are_back(desk, world):
    world.person("manager", name="ina", status="inactive", managerId="root")
    finding = desk.check("User ID,Manager,Status\nann,ina,\nina,,active\n")
    assert [row.user_id for row in desk.planned(finding)] == ["ina", "ann"]
    assert {row.outcome for row in desk.apply(finding)} == {Outcome.CHANGED}


def test_a_circle_through_who_comes_back_is_found(desk, world):
    world.person("manager", name="ina", status="inactive", managerId="ann")
    assert list(reasons(desk, "User ID,Manager,Status\nann,ina,\nina,,active\n")) == [2]


def test_an_export_that_comes_back_changes_nobody(desk, world):
    world.person("user", name="eve", firstName='=HYPERLINK("x")', lastName="'+1", managerId="bob")
    job = desk.services.exports.request(desk.root, UserFilter())
    desk.work()
    body = desk.world.platform.objects.get(DOCUMENTS, key_of(job))
    finding = desk.check(body)
    assert (finding.rows, finding.alike, finding.to_do, finding.reject) == (4, 4, 0, 0)
    assert (finding.unknown, finding.unused) == ((), ("Manager", "Last seen", "Created"))
    assert set(HEAD) >= set(finding.unused)


def test_nobody_is_raised_above_whoever_asks(desk, world, monkeypatch):
    acts = dict.fromkeys((Permission.CREATE_USERS, Permission.EDIT_USERS, Permission.EDIT_PROFILES), Reach.ORGANISATION)
    monkeypatch.setitem(GRANTS, Role.MANAGER, {**GRANTS[Role.MANAGER], **acts})
    mia = world.person("manager", name="mia")
    finding = desk.check("E-mail,Username,Role\nn@acme.example,newone,admin\nann@acme.example,,admin\n", actor=mia)
    rows = desk.services.batches.rows(mia, finding.batch_id).items
    assert [dict(row.reasons) for row in rows] == [
        {"role": "Your role, manager, cannot make someone admin."},
        {"": "Your role, manager, cannot make someone admin."},
    ]
