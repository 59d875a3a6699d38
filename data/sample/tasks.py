"""The worker's part of sample data: a month of what people did, written while the dashboard is open already."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from data.config.resources import FILES_QUEUE
from data.core.clock import Clock
from data.core.errors import AlreadyThere, NotFound
from data.core.identifiers import Identifiers
from data.core.permissions import Actor, Role
from data.domain import JobType
from data.jobs.models import Job, Report
from data.sample.history import History, Wire
from data.sample.organisation import organisations

if TYPE_CHECKING:
    from data.services import Services
    from data.storage.unit_of_work import Store

HISTORY: Final = JobType("sample-history", FILES_QUEUE, label="Sample history")


def job_id_of(org_id: str) -> str:
    """Of the one job of this kind that an organisation can have."""
    return f"{HISTORY.name}-{org_id}"


def ask(services: "Services", store: "Store") -> None:
    """Let the worker write the history of each sample organisation, once. Raises NotFound if one does not exist."""
    for organisation in organisations():
        _ask(services, store, organisation.name)


def _ask(services: "Services", store: "Store", name: str) -> None:
    there = services.organisations.find_by_name(name)
    if there is None:
        raise NotFound(name)
    system = Actor("system", there.org_id, Role.ADMIN, name="Setup", via="system")
    with suppress(AlreadyThere), store.begin() as unit:
        services.jobs.enqueue(unit, system, HISTORY, {"organisation": name}, job_id=job_id_of(there.org_id))


class HistoryTask:
    """The handler of `sample-history`. It goes on where the one before it was ended."""

    def __init__(self, clock: Clock, wire: Wire) -> None:
        self._clock, self._wire = clock, wire

    def __call__(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Raises Unavailable where the people are not all there yet, NotFound for an organisation of another name."""
        name = str(job.input["organisation"])
        organisation = next((one for one in organisations() if one.name == name), None)
        if organisation is None:
            raise NotFound(f"There is no sample organisation {name}.")
        now = self._wire(clock=self._clock, identifiers=Identifiers(self._clock))
        history = History(now, self._wire, organisation)
        refused = history.write(report, done=job.progress.done)
        return {"acts": len(history.acts), "leftOut": refused}
