"""A file from its arrival to what it made: what was shown is what is done, row by row, and once."""

import os
from functools import partial

import pytest

from data.bulk.models import Act, Outcome
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.core.errors import Conflict, NotFound, NotPermitted
from data.core.permissions import Role
from data.imports.models import NewFile
from data.imports.service import file_key
from data.jobs.models import JobState
from data.jobs.table import JOBS
from data.users.models import CreatePerson, EditPerson
from tests.engines import running_engine
from tests.imports.conftest import desk_of
from tests.jobs.workers import joined

HEADS = "User ID,E-mail,Username,First name,Department,Job title,Manager"
LINES = int(os.environ.get("IMPORT_LINES", "300"))
THERE, DOUBLES = 60, 40
NEW = LINES - THERE - DOUBLES
MANY = int(os.environ.get("IMPORT_DRY_RUN_LINES", "1000"))


def agree(desk, finding, before):
    """Whether what is stored now is just what was planned over what was stored `before`."""
    after, rows = desk.everybody(), desk.planned(finding)
    expected = {user_id: dict(person) for user_id, person in before.items()}
    for row in rows:
        if row.act is Act.CREATE:
            expected[row.user_id] = {"status": "active"} | dict(row.after)
        elif row.act is Act.CHANGE:
            assert {name: expected[row.user_id][name] for name in row.after} == dict(row.before)
            expected[row.user_id] |= row.after
    given = {user_id: {name: value for name, value in one.items() if value} for user_id, one in after.items()}
    return given == {
        user_id: {name: value for name, value in one.items() if value} for user_id, one in expected.items()
    }


@pytest.mark.engine
def test_each_row_becomes_just_what_was_shown(tmp_path, record_property):
    """On the engine: moto copies all its tables for each transaction."""
    (tmp_path / "state").mkdir()
    with running_engine(tmp_path / "state" / "engine"):
        installation = joined(tmp_path / "state")
        installation.setup()
        desk = desk_of(installation)
        create = partial(desk.services.users.create, desk.root)
        for number in range(THERE):
            names = {"email": f"p{number}@acme.example", "username": f"p{number:02}"}
            create(CreatePerson.of(**names, department="Sales"), user_id=f"p{number}")
        before = desk.everybody()
        finding = desk.check("\n".join([HEADS, *large_file()]))
        assert (finding.rows, finding.create, finding.change, finding.reject) == (LINES, NEW, THERE, DOUBLES)
        assert desk.everybody() == before
        outcomes = desk.apply(finding)
        assert {row.outcome for row in outcomes} == {Outcome.CREATED, Outcome.CHANGED}
        planned = [row.number for row in desk.planned(finding) if row.act is not Act.REJECT]
        assert [row.number for row in outcomes] == planned
        assert agree(desk, finding, before)
        record_property("lines", LINES)
        installation.close()


def large_file():
    """People who are there and change, people who are added, some below others of the file, and doubles of these."""
    for number in range(THERE):
        yield f"p{number},,,,{'Design' if number % 3 else 'Sales'},Lead,new{number}"
    for number in range(NEW):
        manager = f"new{number * 2}" if 0 < number < 9 else "root"
        yield f",new{number}@acme.example,new{number},=N{number},Design,,{manager}"
    for number in range(DOUBLES // 2):
        yield f",new{number}@acme.example,,,,,"
        yield f",,new{number},,,,"


def test_a_dry_run_finds_all_kinds_of_lines(desk, record_property):
    kinds = (
        "{0}@acme.example,user{0},Sales",
        "{0}@acme.example,,Twice",
        ",USER{0},Twice",
        "no address,user{0}.c,Sales",
        "{0}.d@acme.example,user{0}.d,Sales,more",
    )
    lines = (kinds[number % len(kinds)].format(number // len(kinds)) for number in range(MANY))
    finding = desk.check("E-mail,Username,Department\n" + "\n".join(lines))
    assert (finding.rows, finding.create, finding.reject) == (MANY, MANY // 5, MANY * 4 // 5)
    assert len(desk.everybody()) == 1
    record_property("checked", MANY)


def test_the_rejected_lines_come_back_as_a_file_to_put_right(desk):
    job = desk.send("E-mail,Username,First name\nbad,newone,=1\nok@acme.example,fine,Fine\nno@acme.example,,+2\n")
    desk.work()
    finding = desk.services.imports.get(desk.root, job.job_id).finding
    rows = desk.rejected(finding, job.job_id)
    assert [list(row.values()) for row in rows] == [
        ["2", "newone", "bad", "'=1", "E-mail: Write it as name@example.com, at most 254 characters."],
        [
            "4",
            "",
            "no@acme.example",
            "'+2",
            "Username: Nobody here is meant by this line, and to add somebody this is needed.",
        ],
    ]


def test_a_line_with_too_many_cells_is_rejected_until_put_right(desk):
    finding, text = None, "E-mail,Username,First name,Last name\nann@acme.example,ann,Smith, Jr,Ann\n"
    for _ in range(3):
        job = desk.send(text)
        desk.work()
        finding = desk.services.imports.get(desk.root, job.job_id).finding
        assert (finding.create, finding.reject) == (0, 1)
        (row,) = desk.rejected(finding, job.job_id)
        assert (row["First name"], row["Last name"], row[None]) == ("Smith", "Jr", ["Ann"])
        text = desk.rejected_text(finding)


def test_a_file_that_cannot_be_read_is_an_answer(desk):
    finding = desk.check(b"E-mail\n\x81\n")
    assert finding.refused.startswith("Line 2 has a character that is not Windows-1252.")
    assert (finding.batch_id, finding.rows) == (None, 0)


def test_who_lost_the_right_gets_no_plan(desk, world):
    ada = world.person("admin", name="ada")
    job = desk.send("E-mail,Username\nn@acme.example,newone\n", actor=ada)
    desk.services.users.edit(desk.root, "ada", EditPerson(role=Role.MANAGER))
    desk.work()
    after = desk.services.jobs.get(desk.root, job.job_id)
    assert (after.state, after.error) == (JobState.FAILED, "Your role, manager, does not allow this.")


def test_what_did_not_arrive_cannot_be_asked_for(desk):
    services = desk.services
    for upload_id in (desk.world.platform.identifiers.new(), "../" + "x" * 33, "", "a/../../b"):
        with pytest.raises(NotFound, match="not there"):
            services.imports.request(desk.root, upload_id, "people.csv")


def test_a_file_of_another_organisation_is_not_there(desk, world):
    gwen = world.person("admin", org="globex", name="gwen")
    job = desk.send("E-mail,Username\nn@acme.example,newone\n")
    for ask in (
        lambda: desk.services.imports.request(gwen, job.job_id, "people.csv"),
        lambda: desk.services.imports.get(gwen, job.job_id),
        lambda: desk.services.imports.rejected(gwen, job.job_id),
    ):
        with pytest.raises(NotFound):
            ask()


def test_asked_twice_it_is_one_job_with_one_record(desk):
    job = desk.send("E-mail,Username\nn@acme.example,newone\n")
    again = desk.services.imports.request(desk.root, job.job_id, "other.csv")
    assert again == job
    assert [record["action"] for record in desk.world.trail(job.job_id)] == ["import_checked"]


def test_looked_into_twice_it_says_the_same(desk):
    job = desk.send("E-mail,Username\nn@acme.example,newone\n")
    desk.work()
    first = desk.services.imports.get(desk.root, job.job_id).finding
    desk.world.store(JOBS, job.to_item())  # as if the worker had died before it noted the end
    desk.services.jobs.announce(job)
    desk.services.worker.turn(FILES_QUEUE)
    second = desk.services.imports.get(desk.root, job.job_id).finding
    assert second.model_copy(update={"batch_id": None}) == first.model_copy(update={"batch_id": None})


def test_nobody_floods_the_worker_with_files(desk):
    for _ in range(3):
        desk.send("E-mail,Username\nn@acme.example,newone\n")
    with pytest.raises(Conflict, match="3 imports under way"):
        desk.send("E-mail,Username\nn@acme.example,newone\n")


def test_an_upload_fits_one_key_and_one_size(desk, world):
    made = desk.services.imports.upload(desk.root, NewFile(size=1_234))
    assert made.fields["key"] == file_key("acme", made.upload_id)
    assert made.fields["Content-Type"] == "text/csv"
    with pytest.raises(NotPermitted):
        desk.services.imports.upload(world.person("manager", name="mia"), NewFile(size=1))


def test_what_was_found_is_kept_for_a_week(desk):
    job = desk.send("E-mail,Username\nn@acme.example,newone\n")
    desk.work()
    desk.world.clock.pass_(days=8)
    with pytest.raises(NotFound, match="7 days"):
        desk.services.imports.get(desk.root, job.job_id)


def test_nothing_that_comes_of_an_import_holds_a_secret(desk):
    finding = desk.check("E-mail,Username\nn@acme.example,newone\n")
    desk.apply(finding)
    prefix = f"exports/acme/{finding.batch_id}/"
    objects = list(desk.world.platform.objects.walk(DOCUMENTS, prefix))
    assert objects
    for found in objects:
        assert b"set-password" not in desk.world.platform.objects.get(DOCUMENTS, found.key)
