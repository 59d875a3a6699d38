"""The audit actions of reports on the audit trail."""

from data.domain import AuditAction


class ReportAction(AuditAction):
    VERIFIED = "audit_verified", "had the audit trail verified", "had the audit trail verified", None
    EXPORTED = "audit_exported", "exported the audit trail", "exported the audit trail", None
