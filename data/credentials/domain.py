"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain

DOMAIN = Domain(
    name="credentials",
    help="usernames, e-mail addresses and passwords",
    no_page="Settings and Users show a user's sign-in",
)
