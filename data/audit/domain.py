"""The declaration of this domain; see `data/domain.py`."""

from data.audit.hash_chains import Chains
from data.audit.repository import AuditRepository
from data.audit.service import AuditService
from data.audit.table import AUDIT_LOG
from data.domain import Built, Domain, ServiceLookup
from data.platform import Platform


def build(platform: Platform, _: ServiceLookup) -> Built:
    """Build the services of this domain."""
    chains = platform.share(Chains, lambda: Chains(platform.dynamo, platform.secret))
    records = AuditRepository(platform.dynamo, platform.cursors, chains)
    return Built((AuditService(records, platform.store, platform.clock, platform.identifiers),))


DOMAIN = Domain(
    name="audit",
    help="a record of every change, written with the change and sealed to the previous record",
    tables=(AUDIT_LOG,),
    build=build,
)
