"""The declaration of this domain; see `data/domain.py`."""

from data.audit_reports.actions import ReportAction
from data.audit_reports.models import EXPORT, VERIFY
from data.domain import Domain

DOMAIN = Domain(
    name="audit_reports",
    help="verification and export of the audit trail",
    no_page="Audit verifies and exports the audit trail",
    actions=ReportAction,
    jobs=(EXPORT, VERIFY),
)
