"""The audit actions of imports."""

from data.domain import AuditAction


class ImportAction(AuditAction):
    CHECKED = "import_checked", "had a dry run of", "had a file of people checked", "fileName"
