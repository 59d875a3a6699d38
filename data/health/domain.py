"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Domain
from data.health.actions import HealthAction

DOMAIN = Domain(
    name="health",
    help="the state of tables, S3 buckets and stored items",
    actions=HealthAction,
)
