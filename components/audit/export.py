"""The audit trail as a file: the buttons on Audit, and the row that follows the file."""

from functools import partial
from typing import Final

from components.jobs.access import find_job, retry_job
from components.kit.file_export import FileExport
from data.audit.filters import Wanted
from data.audit_reports.models import Format
from data.core.permissions import Actor
from data.jobs.models import FileLink, Job
from data.services import get_services


def buttons(wanted: Wanted) -> None:
    """What is filtered, as a file."""
    for form in Format:
        FILE.button(f"Export {form.upper()}", partial(_requested, wanted, form), key=f"export_audit_{form}")


def followed() -> None:
    """The row of what was asked for last in this tab. Raises NotFound, Unavailable."""
    FILE.followed()


def _requested(wanted: Wanted, form: Format, actor: Actor) -> Job:
    return get_services().evidence.export(actor, wanted, form)


def _link(actor: Actor, job_id: str) -> FileLink:
    return get_services().evidence.link(actor, job_id)


FILE: Final = FileExport("audit", "record", "records", _link, find_job, retry_job)
