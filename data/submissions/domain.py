"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain
from data.submissions.table import SUBMISSIONS

DOMAIN = Domain(
    name="submissions",
    help="only its table, for a later issue",
    no_page="only its table exists yet",
    tables=(SUBMISSIONS,),
)
