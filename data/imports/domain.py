"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain

DOMAIN = Domain(
    name="imports",
    help="files of users: read, checked row by row, and planned as a bulk change",
    no_page="its page is called Import",
)
