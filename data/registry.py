"""The domains, in the order in which they may know each other. docs/architecture.md describes how to add one."""

from collections.abc import Mapping
from typing import Final

from data.audit.table import AUDIT_LOG
from data.config.settings import Settings, load
from data.jobs.table import JOBS
from data.media.table import MEDIA
from data.storage.single_table import API_DASHBOARD
from data.submissions.table import SUBMISSIONS
from data.users.profile_table import PROFILES
from data.users.table import USERS

TABLES: Final = (USERS, PROFILES, SUBMISSIONS, MEDIA, AUDIT_LOG, API_DASHBOARD, JOBS)

DOMAINS: Final = (
    "organisations",
    "audit",
    "jobs",
    "notifications",
    "credentials",
    "users",
    "audit_reports",
    "authentication",
    "avatars",
    "bulk",
    "imports",
    "health",
    "action_items",
    "submissions",
    "media",
)

PAGELESS: Final = {
    "organisations": "its name stands in the frame of every page",
    "jobs": "they are shown on Health, and beside what they are done for",
    "notifications": "they leave by topics, and show on Health as jobs",
    "credentials": "a person's sign-in is part of Settings and of Users",
    "authentication": "one's own are part of Settings",
    "audit_reports": "the audit trail is verified and exported on Audit",
    "avatars": "a picture is shown wherever the person is",
    "action_items": "what it finds is shown on Home",
    "bulk": "one has the page Batch, reached from where it was asked for",
    "imports": "its page is named for what one does there, Import",
    "submissions": "only its table is declared yet",
    "media": "only its table is declared yet",
}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process. Raises SettingsError, also if they rename a table that does not exist."""
    return load(environ, tables=[table.name for table in TABLES])
