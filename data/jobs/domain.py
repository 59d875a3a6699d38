"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain
from data.jobs.actions import JobAction
from data.jobs.table import JOBS

DOMAIN = Domain(
    name="jobs",
    help="background work: rows, leases, attempts, and the worker",
    no_page="Health and the screens that request jobs show them",
    tables=(JOBS,),
    actions=JobAction,
    entities=("job",),
)
