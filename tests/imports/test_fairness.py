"""One organisation's imports wait at a named point; another organisation's import is finished meanwhile."""

import threading

import pytest

from data.core.errors import Conflict
from data.core.permissions import Role
from data.imports import tasks
from data.jobs.models import JobState
from data.notifications.models import PUBLISH
from data.users.models import CreatePerson
from tests.dashboards import until
from tests.engines import running_engine
from tests.imports.conftest import Desk, desk_of
from tests.jobs.workers import joined, person

STUCK = "E-mail,Username,About\nnew@acme.example,newone,stuck\n"
QUICK = "E-mail,Username\nnew@globex.example,newtwo\n"


@pytest.mark.engine
def test_stuck_imports_of_one_organisation_do_not_delay_another(tmp_path, monkeypatch):
    go_on, ended = threading.Event(), threading.Event()
    read = tasks.read

    def stuck(body):
        if b"stuck" in body:
            assert go_on.wait(120)
        return read(body)

    monkeypatch.setattr(tasks, "read", stuck)
    (tmp_path / "state").mkdir()
    with running_engine(tmp_path / "state" / "engine"):
        installation = joined(tmp_path / "state")
        installation.setup()
        acme, globex = desk_of(installation), desk_of(installation, "Globex")
        services = installation.services
        second = services.users.create(
            acme.root, CreatePerson.of(email="ada@acme.example", username="ada", role=Role.ADMIN)
        )
        admins = [acme.root, person(installation, second.person.id)]
        waiting = [acme.send(STUCK, actor=admins[number % 2]) for number in range(6)]
        worker = threading.Thread(target=services.worker.serve, args=(ended,), daemon=True)
        worker.start()
        try:
            until(lambda: [state_of(acme, job) for job in waiting].count(JobState.RUNNING) == 2, "two imports")
            for _ in range(3):
                quick = globex.send(QUICK)
                until(lambda job=quick: state_of(globex, job) is JobState.DONE, "the import of the other organisation")
            states = [state_of(acme, job) for job in waiting]
            assert (states.count(JobState.RUNNING), states.count(JobState.QUEUED)) == (2, 4)
            go_on.set()
            until(lambda: all(state_of(acme, job) is JobState.DONE for job in waiting), "the other imports")
            assert [services.jobs.get(acme.root, job.job_id).attempts for job in waiting] == [1] * 6
        finally:
            go_on.set()
            ended.set()
            worker.join(60)
            installation.close()


def state_of(desk, job):
    return desk.services.jobs.get(desk.root, job.job_id).state


def test_an_organisation_has_a_limit_of_open_imports(desk, world):
    admins = [world.person("admin", name=f"admin{number}") for number in range(4)]
    gwen = world.person("admin", org="globex", name="gwen")
    for number in range(10):
        desk.send(STUCK, actor=admins[number // 3])
    with pytest.raises(Conflict, match="Your organisation has 10 imports in progress"):
        desk.send(STUCK, actor=admins[3])
    other = Desk(world, gwen)
    other.send(QUICK)
    desk.work()
    desk.send(STUCK, actor=admins[3])


def test_the_limit_of_open_imports_counts_behind_other_jobs(desk, world):
    """Each promotion makes a job too; a hundred of them must not hide the imports."""
    for _ in range(3):
        desk.send(STUCK)
    for number in range(120):
        with world.begin() as unit:
            world.services.jobs.enqueue(unit, desk.root, PUBLISH, {"number": number})
    with pytest.raises(Conflict, match="3 imports under way"):
        desk.send(STUCK)
