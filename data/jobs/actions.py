"""The audit actions of jobs."""

from data.domain import AuditAction


class JobAction(AuditAction):
    RETRIED = "job_retried", "tried again", "tried this again"
    FILE_DOWNLOADED = "file_downloaded", "downloaded", "downloaded a file", "fileName"
