"""The declaration of this domain; see `data/domain.py`."""

from data.audit.service import AuditService
from data.aws.raw_items import TypedItems
from data.domain import Built, Domain, ServiceLookup
from data.health.actions import HealthAction
from data.health.item_inspector import RawItems
from data.health.service import HealthService
from data.platform import Platform


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    clients, settings = platform.clients, platform.settings
    health = HealthService(clients, settings, platform.tables, platform.clock)
    return Built((health, RawItems(TypedItems(clients, settings.table), services.of(AuditService))))


DOMAIN = Domain(
    name="health",
    help="the state of tables, S3 buckets and stored items",
    actions=HealthAction,
    build=build,
)
