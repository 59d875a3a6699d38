"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain
from data.imports.actions import ImportAction
from data.imports.service import IMPORT

DOMAIN = Domain(
    name="imports",
    help="files of users: read, checked row by row, and planned as a bulk change",
    no_page="its page is called Import",
    actions=ImportAction,
    jobs=(IMPORT,),
)
