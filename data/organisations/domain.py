"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Built, Domain, ServiceLookup
from data.organisations.repository import OrganisationRepository
from data.organisations.service import OrganisationService
from data.platform import Platform


def build(platform: Platform, _: ServiceLookup) -> Built:
    """Build the services of this domain."""
    return Built((OrganisationService(OrganisationRepository(platform.dynamo), platform.identifiers),))


DOMAIN = Domain(
    name="organisations",
    help="the users who share data, and the number of their admins",
    no_page="the frame of every page shows its name",
    build=build,
)
