"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain

DOMAIN = Domain(
    name="avatars",
    help="profile pictures",
    no_page="a picture is shown wherever its user is",
)
