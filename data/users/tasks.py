"""The worker's part of exports: people, page by page, into one file."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from tempfile import TemporaryFile
from typing import Any, Final

from data.aws.s3 import Objects
from data.config.resources import DOCUMENTS
from data.core.clock import iso
from data.core.permissions import Actor, Permission, authorise
from data.jobs.csv_files import rows_into
from data.jobs.models import ActorForJob, Job, Report
from data.jobs.result_files import CONTENT_TYPES
from data.storage.pagination import Page, each_page
from data.users.directory import UserDirectory
from data.users.export import ids_key_of, key_of
from data.users.filters import UserFilter
from data.users.models import User

HEAD: Final = (
    *("User ID", "Username", "E-mail", "First name", "Last name", "Role", "Status", "Department"),
    *("Manager ID", "Manager", "Last seen", "Created"),
)
PER_PAGE: Final = 100


class ExportTask:
    """The handler of `export-users`. It acts as the person who asked, with the rights that they have now.

    It reads past the cache, which would come to hold everybody.
    """

    def __init__(self, actor_for_job: ActorForJob, directory: UserDirectory, objects: Objects) -> None:
        self._actor_for_job, self._directory, self._objects = actor_for_job, directory, objects

    def __call__(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Raises NotPermitted when the person has lost the right."""
        actor = self._actor_for_job(job)
        authorise(actor, Permission.EXPORT_USERS)
        wanted, expected = UserFilter.model_validate(job.input["filter"]), job.input.get("expected")
        total = int(expected) if expected else None
        rows = unreadable = 0
        managers: dict[str, str] = {}
        with TemporaryFile() as file:
            with rows_into(file) as sheet:
                sheet.write(HEAD)
                for page in self._people(actor, job, wanted):
                    self._learn(actor, page.items, managers)
                    for user in page.items:
                        sheet.write(_cells(user, managers))
                    rows, unreadable = rows + len(page.items), unreadable + len(page.unreadable)
                    report(rows, total, "people")
            file.seek(0)
            self._objects.put(DOCUMENTS, key_of(job), file, content_type=CONTENT_TYPES["csv"])
        report(rows, rows, "people")
        return {"key": key_of(job), "rows": rows, "unreadable": unreadable}

    def _people(self, actor: Actor, job: Job, wanted: UserFilter) -> Iterator[Page[User]]:
        """All who are meant. Those of a kind were chosen when they were asked for; who is gone since is left out."""
        if not wanted.needs_projection:
            read = partial(self._directory.list_newest, actor, wanted, limit=PER_PAGE, remember=False)
            yield from each_page(read)
            return
        chosen = self._objects.get(DOCUMENTS, ids_key_of(job)).decode().splitlines()
        for start in range(0, len(chosen), PER_PAGE):
            some = chosen[start : start + PER_PAGE]
            found = self._directory.names(actor, some, remember=False)
            yield Page(tuple(found[user_id] for user_id in some if user_id in found), None, len(some))

    def _learn(self, actor: Actor, people: Sequence[User], managers: dict[str, str]) -> None:
        """The names of managers who were not met before."""
        unknown = {user.manager_id for user in people if user.manager_id} - managers.keys()
        if unknown:
            found = self._directory.names(actor, unknown, remember=False)
            managers |= {user_id: found[user_id].name if user_id in found else "" for user_id in unknown}


def _cells(user: User, managers: Mapping[str, str]) -> tuple[str | None, ...]:
    return (
        *(user.user_id, user.username, user.email, user.first_name, user.last_name, user.role, user.status),
        *(user.department, user.manager_id, managers.get(user.manager_id or "")),
        *(iso(user.last_seen_at) if user.last_seen_at else None, iso(user.created_at)),
    )
