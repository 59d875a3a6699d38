"""The audit trail as a file."""

from functools import partial
from typing import Final

from components.jobs.access import find_job, retry_job
from components.kit.file_export import FileExport
from data.audit.filters import AuditFilter
from data.audit_reports.models import Format
from data.core.permissions import Actor
from data.jobs.models import FileLink, Job
from data.services import get_services


def _request(form: Format, actor: Actor, wanted: AuditFilter, expected: int | None) -> Job:  # noqa: ARG001 - as `Request`
    return get_services().evidence.export(actor, wanted, form)


def _link(actor: Actor, job_id: str) -> FileLink:
    return get_services().evidence.link(actor, job_id)


BUTTONS: Final = [(f"export_audit_{form}", f"Export {form.upper()}", partial(_request, form)) for form in Format]
EXPORT: Final = FileExport("audit", "record", "records", _link, find_job, retry_job, BUTTONS)
