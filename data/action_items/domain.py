"""The declaration of this domain; see `data/domain.py`."""

from collections.abc import Iterable

from data.action_items.service import AttentionService
from data.audit.service import AuditService
from data.core.permissions import Actor
from data.credentials.service import CredentialService
from data.domain import ActionItems, Built, Domain, ServiceLookup
from data.health.service import HealthService
from data.jobs.service import JobService
from data.platform import Platform
from data.users.directory import UserDirectory
from data.users.display_names import DisplayNames
from data.users.service import UserService


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""

    def more(actor: Actor) -> Iterable[ActionItems]:
        for domain in services.registry.domains:
            yield from domain.action_items(services, actor) if domain.action_items else ()

    attention = AttentionService(
        audit=services.of(AuditService),
        jobs=services.of(JobService),
        credentials=services.of(CredentialService),
        users=services.of(UserService),
        directory=services.of(UserDirectory),
        display_names=services.of(DisplayNames),
        health=services.of(HealthService),
        clock=platform.clock,
        more=more,
    )
    return Built((attention,))


DOMAIN = Domain(
    name="action_items",
    help='what Home lists under "Needs attention"',
    no_page="Home shows them",
    build=build,
)
