"""Users as a CSV file."""

from typing import Final

from components.jobs.access import find_job, retry_job
from components.kit.file_export import FileExport
from data.core.permissions import Actor
from data.jobs.models import FileLink, Job
from data.services import get_services
from data.users.filters import UserFilter


def _request(actor: Actor, wanted: UserFilter, expected: int | None) -> Job:
    return get_services().exports.request(actor, wanted, expected=expected)


def _link(actor: Actor, job_id: str) -> FileLink:
    return get_services().exports.link(actor, job_id)


BUTTONS: Final = [("export_people", "Export CSV", _request)]
EXPORT: Final = FileExport("people", "person", "people", _link, find_job, retry_job, BUTTONS)
