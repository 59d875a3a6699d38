"""The declaration of this domain; see `data/domain.py`."""

from collections.abc import Sequence

from fastapi import APIRouter

from data.avatars.routes import routes as avatar_routes
from data.avatars.service import PictureService
from data.domain import Built, Domain, ServiceLookup
from data.platform import Platform
from data.users.service import UserService


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    return Built((PictureService(services.of(UserService), platform.objects, platform.clock),))


def routes(services: ServiceLookup) -> Sequence[APIRouter]:
    return [avatar_routes(services.of(PictureService))]


DOMAIN = Domain(
    name="avatars",
    help="profile pictures",
    no_page="a picture is shown wherever its user is",
    build=build,
    routes=routes,
)
