"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain

DOMAIN = Domain(
    name="organisations",
    help="the users who share data, and the number of their admins",
    no_page="the frame of every page shows its name",
)
