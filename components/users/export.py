"""People as a CSV file: the button on Users, and the row that follows the file."""

from functools import partial
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from components.jobs.access import find_job, retry_job
from components.kit import feedback
from components.kit.file_export import FileExport
from data.core.permissions import Actor, Permission, may
from data.jobs.models import FileLink, Job
from data.services import get_services
from data.users.export import PeopleFilter
from data.users.filters import Sought


def offer(place: DeltaGenerator, actor: Actor, sought: Sought, *, expected: int | None) -> None:
    """The button, at `place`, for whoever may; here the row of what was asked for last. `expected`: how many match."""
    if not may(actor, Permission.EXPORT_USERS):
        return
    with place:
        request = partial(_requested, wanted_of(sought), expected)
        FILE.button("Export CSV", request, key="export_people", disabled=expected == 0)
    with feedback.explained():
        FILE.followed()


def wanted_of(sought: Sought) -> PeopleFilter:
    """The filter of the page, for the worker."""
    return PeopleFilter(
        text=sought.text,
        roles=tuple(sorted(sought.roles)),
        status=next(iter(sought.statuses)) if len(sought.statuses) == 1 else None,
        departments=tuple(sorted(sought.departments)),
        manager_id=sought.manager_id,
        inactive_days=sought.inactive_days,
        kind=sought.kind,
        below=sought.below,
    )


def _requested(wanted: PeopleFilter, expected: int | None, actor: Actor) -> Job:
    return get_services().exports.request(actor, wanted, expected=expected)


def _link(actor: Actor, job_id: str) -> FileLink:
    return get_services().exports.link(actor, job_id)


FILE: Final = FileExport("people", "person", "people", _link, find_job, retry_job)
