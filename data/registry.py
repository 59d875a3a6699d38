"""The domains, in the order in which they may know each other: a service uses only services of those before it.

To add one: its folder here under `data/` (the drawers are models, table, repository, service, routes, tasks; one that
would be empty is absent), its line below, its field in `bootstrap.py`; its page and the page's line in
`components/frame/navigation.py`; its tests under `tests/`. One word, found in four places. tests/test_architecture.py
holds every domain to it.
"""

from typing import Final

DOMAINS: Final = (
    "organisations",
    "audit",
    "jobs",
    "alerts",
    "credentials",
    "profiles",
    "users",
    "evidence",
    "sessions",
    "pictures",
    "batches",
    "imports",
    "health",
    "attention",
    "submissions",
    "media",
)

PAGELESS: Final = {
    "organisations": "its name stands in the frame of every page",
    "jobs": "they are shown on Health, and beside what they are done for",
    "alerts": "they leave by topics, and show on Health as jobs",
    "credentials": "a person's sign-in is part of Settings and of Users",
    "profiles": "a person's profile is part of Users and of Settings",
    "sessions": "one's own are part of Settings",
    "evidence": "the audit trail is verified and exported on Audit",
    "pictures": "a picture is shown wherever the person is",
    "attention": "what it finds is shown on Home",
    "batches": "one has the page Batch, reached from where it was asked for",
    "imports": "its page is named for what one does there, Import",
    "submissions": "only its table is declared yet",
    "media": "only its table is declared yet",
}
