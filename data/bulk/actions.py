"""The audit actions of bulk changes."""

from data.domain import AuditAction


class BulkAction(AuditAction):
    APPLIED = "people_changed_together", "applied", "changed people together", "title"
