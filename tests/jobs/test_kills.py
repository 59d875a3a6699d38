"""Workers are killed at each named point of their jobs, on the embedded engine; one fresh worker finishes all of them.

All workers are killed first, one after the other, while no other runs. So each test looks at one case of the same run.
"""

import pytest

from data.bulk import repository
from data.config.resources import PUBLISH_QUEUE
from tests.dashboards import until
from tests.engines import running_engine
from tests.jobs.kill_cases import Alert, Export, Place, RequestedExport
from tests.jobs.kill_cases_of_rows import Change, Creation, DryRun, Import
from tests.jobs.workers import CHUNK, forked, joined, work

pytestmark = pytest.mark.engine
CASES = {
    "before the message of an export is sent": (RequestedExport, ""),
    "when it took an export": (Export, "export taken"),
    "when it stored the file of an export": (Export, "file stored"),
    "when it noted the end of an export": (Export, "job ended"),
    "when it published an alert": (Alert, "alert published"),
    "when it took a bulk change": (Change, "change taken"),
    "within the rows of a bulk change": (Change, "rows changed"),
    "when it noted the outcomes of a chunk": (Change, "outcomes noted"),
    "when it counted the outcomes of a bulk change": (Change, "outcomes counted"),
    "when it published the outcomes of a bulk change": (Change, "outcomes published"),
    "within the users that a bulk change creates": (Creation, "users created"),
    "when it took a dry run": (DryRun, "import taken"),
    "when it planned an import": (DryRun, "import planned"),
    "within the users that an import creates": (Import, "users created"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    state = tmp_path_factory.mktemp("kills") / "state"
    state.mkdir()
    with running_engine(state / "engine"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(repository, "CHUNK", CHUNK)  # the plan says how long chunks are, so the workers follow
        installation = joined(state)
        installation.setup()
        place = Place(state, installation)
        place.subscribe()
        yield place
        installation.close()


@pytest.fixture(scope="module")
def killed(place):
    """All cases by name, after their workers were killed and a fresh worker finished their jobs."""
    cases = {name: case(place, point, number) for number, (name, (case, point)) in enumerate(CASES.items())}
    for case in cases.values():
        case.prepare()
    while place.services.worker.turn(PUBLISH_QUEUE):
        pass
    assert [alert["reason"] for alert in place.alerts()] == ["new_admin"] * len(cases)
    for case in cases.values():
        case.kill()
        case.check_after_the_kill()
    fresh = forked(work, str(place.state))
    try:
        for name, case in cases.items():
            until(lambda case=case: not place.jobs.find(case.job_id).open, f"the job whose worker was killed {name}")
        until(lambda: not any(place.left()), "the queues")
        yield cases
    finally:
        fresh.kill()
        fresh.join()


@pytest.mark.parametrize("name", CASES)
def test_a_job_whose_worker_was_killed_is_done_once(place, killed, name):
    killed[name].check(place.jobs.find(killed[name].job_id))
