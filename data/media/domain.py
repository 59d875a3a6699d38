"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain
from data.media.table import MEDIA

DOMAIN = Domain(
    name="media",
    help="only its table, for a later issue",
    no_page="only its table exists yet",
    tables=(MEDIA,),
)
