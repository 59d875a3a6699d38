"""The declaration of this domain; see `data/domain.py`."""

from collections.abc import Sequence

from fastapi import APIRouter

from data.audit.service import AuditService
from data.authentication.actions import AccessAction
from data.authentication.authenticator import Jwts
from data.authentication.repository import SessionRepository
from data.authentication.routes import routes as authentication_routes
from data.authentication.sessions import SessionService
from data.credentials.service import CredentialService
from data.domain import Built, Domain, ServiceLookup
from data.notifications.service import AlertService
from data.platform import Platform
from data.users.service import UserService


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    sessions = SessionService(
        store=platform.store,
        sessions=SessionRepository(platform.dynamo),
        credentials=services.of(CredentialService),
        users=services.of(UserService),
        audit=services.of(AuditService),
        alerts=services.of(AlertService),
        jwts=Jwts(platform.secret, platform.settings.url, platform.clock),
        clock=platform.clock,
        identifiers=platform.identifiers,
    )
    return Built((sessions,))


def routes(services: ServiceLookup) -> Sequence[APIRouter]:
    return [authentication_routes(services.of(SessionService), services.of(UserService), services.settings)]


DOMAIN = Domain(
    name="authentication",
    help="sign-in, sessions, access tokens and password changes",
    no_page="Settings shows a user's own sessions",
    actions=AccessAction,
    entities=("address",),
    build=build,
    routes=routes,
)
