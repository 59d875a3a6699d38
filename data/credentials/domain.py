"""The declaration of this domain; see `data/domain.py`."""

from data.credentials.known_devices import Devices
from data.credentials.models import UnclaimedEmails
from data.credentials.notices import Notices
from data.credentials.passwords import Passwords
from data.credentials.repository import CredentialRepository
from data.credentials.service import CredentialService
from data.credentials.throttling import Attempts
from data.domain import Built, Domain, ServiceLookup
from data.platform import Platform


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    dynamo, clock = platform.dynamo, platform.clock

    def find_unclaimed(email: str) -> str | None:
        return services.of(UnclaimedEmails).find_username(email)  # from `users`, which is built later

    credentials = CredentialService(
        credentials=CredentialRepository(dynamo, find_unclaimed),
        attempts=Attempts(dynamo, clock),
        notices=Notices(dynamo, clock),
        devices=Devices(platform.secret),
        passwords=platform.share(Passwords, Passwords),
        clock=clock,
        url=platform.settings.url,
    )
    return Built((credentials,))


DOMAIN = Domain(
    name="credentials",
    help="usernames, e-mail addresses and passwords",
    no_page="Settings and Users show a user's sign-in",
    build=build,
)
