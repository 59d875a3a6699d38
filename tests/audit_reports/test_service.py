"""The trail verified and exported by the worker: with the rights of now, whole, and told to the outside if broken."""

import csv
import io
import json

import pytest

from data.audit.filters import AuditFilter
from data.audit.table import AUDIT_LOG
from data.audit_reports.models import Format
from data.config.resources import DOCUMENTS, FILES_QUEUE
from data.core.errors import Conflict, NotFound
from data.core.permissions import Role
from data.jobs.models import JobState
from data.jobs.repository import JobRepository
from data.users.models import EditPerson


@pytest.fixture
def ada(world):
    return world.person(Role.ADMIN, name="ada")


def did(world, actor, action="came", thing="thing", **details):
    world.services.audit.log(actor, action, entity=("thing", thing), details=details or None)


def work(world):
    while world.services.worker.turn(FILES_QUEUE):
        pass


def exported(world, actor, form, **wanted):
    job = world.services.evidence.export(actor, AuditFilter.of(**wanted), form)
    work(world)
    job = world.services.jobs.get(actor, job.job_id)
    assert job.state is JobState.DONE, job.error
    return world.platform.objects.get(DOCUMENTS, job.result["key"]), job


def alerts(world):
    jobs = JobRepository(world.dynamo).list_newest("acme", limit=20)
    return [job.input for job in jobs if job.input.get("reason") == "broken_audit_chain"]


def test_a_whole_trail_is_found_whole(world, ada):
    did(world, ada)
    job = world.services.evidence.verify(ada)
    work(world)
    standing = world.services.evidence.standing(ada)
    assert standing.latest == standing.verified
    assert standing.verified.job_id == job.job_id
    assert standing.verdict.intact
    assert (standing.verdict.examined, standing.verdict.chains) == (2, 1)
    assert alerts(world) == []


def test_a_broken_trail_raises_the_alert_once(world, ada):
    did(world, ada)
    (record,) = world.trail("thing")
    world.store(AUDIT_LOG, {**record, "action": "left"})
    world.services.evidence.verify(ada)
    work(world)
    verdict = world.services.evidence.standing(ada).verdict
    assert [(finding.flaw.value, finding.log_id) for finding in verdict.findings] == [("edited", record["logId"])]
    (told,) = alerts(world)
    assert (told["event"], told["details"]) == ("security_alert", {"edited": 1})


def test_who_asks_twice_gets_the_one_under_way(world, ada):
    first, second = world.services.evidence.verify(ada), world.services.evidence.verify(ada)
    assert first.job_id == second.job_id
    assert len(world.trail(first.job_id)) == 1


def test_the_last_verdict_stands_until_the_next_is_there(world, ada):
    world.services.evidence.verify(ada)
    work(world)
    before = world.services.evidence.standing(ada).verified
    world.services.evidence.verify(ada)
    standing = world.services.evidence.standing(ada)
    assert standing.latest.open
    assert standing.verified == before


def test_other_organisations_have_their_own_verdict(world, ada):
    gwen = world.person(Role.ADMIN, "globex", "gwen")
    world.services.evidence.verify(ada)
    work(world)
    assert world.services.evidence.standing(gwen).latest is None


def test_who_lost_the_right_gets_no_verdict_and_no_file(world, ada):
    eve = world.person(Role.ADMIN, name="eve")
    jobs = [world.services.evidence.verify(eve), world.services.evidence.export(eve, AuditFilter(), Format.CSV)]
    world.services.users.edit(ada, "eve", EditPerson(role=Role.ANALYST))
    work(world)
    for job in jobs:
        after = world.services.jobs.get(ada, job.job_id)
        assert (after.state, after.error) == (JobState.FAILED, "Your role, analyst, does not allow this.")


def test_a_csv_has_all_that_is_filtered_and_no_formula(world, ada):
    for number in range(230):
        did(world, ada, thing=f"t{number}")
    did(world, ada, "left", '=HYPERLINK("http://evil.example")', note="=1+1")
    body, job = exported(world, ada, Format.CSV, action="came")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert [row["Entity ID"] for row in rows] == [f"t{number}" for number in reversed(range(230))]
    assert job.result["rows"] == len(rows)
    body, _ = exported(world, ada, Format.CSV, action="left")
    (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    assert row["Entity ID"].startswith("'=")
    assert row["Changes"] == "note:  → =1+1"
    assert row["Place in it"] == "231"


def test_json_holds_whole_records_with_their_links(world, ada):
    world.person(Role.USER, name="bob")
    world.services.users.edit(ada, "bob", EditPerson.of(department="Trüst"))
    body, _ = exported(world, ada, Format.JSON, entity_id="bob")
    (record,) = json.loads(body)
    (stored,) = world.trail("bob")
    assert record["logId"] == stored["logId"]
    assert record["after"]["department"] == "Trüst"
    assert record["link"]["mac"] == stored["link"]["mac"]


def test_nothing_that_passes_is_an_empty_array(world, ada):
    body, _ = exported(world, ada, Format.JSON, action="nothing")
    assert json.loads(body) == []


def test_the_trail_says_who_exported_what(world, ada):
    _, job = exported(world, ada, Format.CSV, action="came")
    (record,) = world.trail(job.job_id)
    assert (record["action"], record["after"]) == ("audit_exported", {"format": "csv", "action": "came"})


def test_the_link_is_a_download_that_ends(world, ada):
    job = world.services.evidence.export(ada, AuditFilter(), Format.JSON)
    with pytest.raises(Conflict):
        world.services.evidence.link(ada, job.job_id)
    work(world)
    link = world.services.evidence.link(ada, job.job_id)
    assert (link.file_name, link.rows) == ("audit-2026-11-21.json", 1)
    assert "X-Amz-Expires=900" in link.url()
    world.clock.pass_(days=8)
    with pytest.raises(NotFound, match="7 days"):
        world.services.evidence.link(ada, job.job_id)
