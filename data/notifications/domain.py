"""The declaration of this domain; see `data/domain.py`."""

from data.domain import Built, Domain, ServiceLookup
from data.jobs.service import JobService
from data.notifications.models import PUBLISH
from data.notifications.service import AlertService
from data.notifications.tasks import publishing
from data.platform import Platform


def build(platform: Platform, services: ServiceLookup) -> Built:
    """Build the services of this domain."""
    alerts = AlertService(services.of(JobService), platform.store, platform.clock, platform.settings.url)
    return Built(internal=(alerts,), handlers={PUBLISH: publishing(platform.topics)})


DOMAIN = Domain(
    name="notifications",
    help="messages to topics: security alerts and changes of role",
    no_page="topics send them, and Health shows them as jobs",
    jobs=(PUBLISH,),
    build=build,
)
