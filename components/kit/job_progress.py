"""How far a job is, in words."""

from components.kit.formatting import count
from data.jobs.models import Job


def progress_of(job: Job) -> str:
    """Return how far the job is, such as "1,200 of 4,000 people"; empty before it has begun."""
    progress = job.progress
    if not progress.done and not progress.words:
        return ""
    of = f" of {count(progress.total)}" if progress.total else ""
    return f"{count(progress.done)}{of} {progress.words}".strip()
