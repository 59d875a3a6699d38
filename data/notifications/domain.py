"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain
from data.notifications.models import PUBLISH

DOMAIN = Domain(
    name="notifications",
    help="messages to topics: security alerts and changes of role",
    no_page="topics send them, and Health shows them as jobs",
    jobs=(PUBLISH,),
)
