"""The declaration of this domain; see `data/domain.py`."""

from data.bulk.actions import BulkAction
from data.bulk.models import APPLY
from data.domain import Domain

DOMAIN = Domain(
    name="bulk",
    help="one change to many users: a plan that the worker applies row by row; undo",
    no_page="the page Batch shows one change",
    actions=BulkAction,
    entities=("batch",),
    jobs=(APPLY,),
)
