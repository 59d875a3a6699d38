"""The domains, in the order in which they may use each other. docs/architecture.md describes how to add one."""

from collections.abc import Mapping
from typing import Final

from data.action_items.domain import DOMAIN as ACTION_ITEMS
from data.audit.domain import DOMAIN as AUDIT
from data.audit_reports.domain import DOMAIN as AUDIT_REPORTS
from data.authentication.domain import DOMAIN as AUTHENTICATION
from data.avatars.domain import DOMAIN as AVATARS
from data.bulk.domain import DOMAIN as BULK
from data.config.settings import Settings, load
from data.credentials.domain import DOMAIN as CREDENTIALS
from data.domain import Domain, Registry
from data.health.domain import DOMAIN as HEALTH
from data.imports.domain import DOMAIN as IMPORTS
from data.jobs.domain import DOMAIN as JOBS
from data.media.domain import DOMAIN as MEDIA
from data.notifications.domain import DOMAIN as NOTIFICATIONS
from data.organisations.domain import DOMAIN as ORGANISATIONS
from data.storage.single_table import API_DASHBOARD
from data.submissions.domain import DOMAIN as SUBMISSIONS
from data.users.domain import DOMAIN as USERS

DOMAINS: Final[tuple[Domain, ...]] = (
    ORGANISATIONS,
    AUDIT,
    JOBS,
    NOTIFICATIONS,
    CREDENTIALS,
    USERS,
    AUDIT_REPORTS,
    AUTHENTICATION,
    AVATARS,
    BULK,
    IMPORTS,
    HEALTH,
    ACTION_ITEMS,
    SUBMISSIONS,
    MEDIA,
)
REGISTRY: Final = Registry(DOMAINS, shared=(API_DASHBOARD,))
TABLES: Final = REGISTRY.tables


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process. Raises SettingsError, also if they rename a table that does not exist."""
    return load(environ, tables=[table.name for table in TABLES])
