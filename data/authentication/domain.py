"""The declaration of this domain; see `data/domain.py`."""

from data.authentication.actions import AccessAction
from data.domain import Domain

DOMAIN = Domain(
    name="authentication",
    help="sign-in, sessions, access tokens and password changes",
    no_page="Settings shows a user's own sessions",
    actions=AccessAction,
    entities=("address",),
)
