"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain

DOMAIN = Domain(
    name="action_items",
    help='what Home lists under "Needs attention"',
    no_page="Home shows them",
)
