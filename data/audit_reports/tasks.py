"""The worker's part of evidence: all records held against their chains, and all that are wanted put into a file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any, Final

from data.audit.filters import AuditFilter
from data.audit.models import AuditRecord
from data.audit.service import AuditService
from data.audit_reports.models import Format
from data.aws.s3 import Objects
from data.config.resources import DOCUMENTS
from data.core.clock import iso
from data.core.permissions import Actor
from data.jobs.csv_files import rows_into
from data.jobs.models import ActorForJob, Job, Report
from data.jobs.result_files import CONTENT_TYPES
from data.notifications.service import AlertService
from data.storage.pagination import each_page
from data.users.directory import UserDirectory
from data.users.models import User

HEAD: Final = (
    *("Time", "Record ID", "Who", "Username", "User ID", "Via", "Act"),
    *("Entity type", "Entity", "Entity username", "Entity ID", "Changes"),
    *("Reference", "Chain", "Place in it"),
)
PER_PAGE: Final = 200
Known = Mapping[str, User]  # the users in the records, as they are now, by ID
Entry = tuple[AuditRecord, Known]


class VerifyTask:
    """The handler of `verify-audit`; its result is the verdict."""

    def __init__(self, actor_for_job: ActorForJob, audit: AuditService, alerts: AlertService) -> None:
        self._actor_for_job, self._audit, self._alerts = actor_for_job, audit, alerts

    def __call__(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Raises NotPermitted when the person has lost the right."""

        def told(done: int, expected: int) -> None:
            report(done, expected if expected >= done else None, "records")

        actor = self._actor_for_job(job)
        verdict = self._audit.verify(actor, told)
        report(verdict.examined, verdict.examined, "records")
        if not verdict.intact:
            self._alerts.alert_broken_chain(actor, job.job_id, {str(flaw): n for flaw, n in verdict.counts.items()})
        return verdict.model_dump(mode="json", by_alias=True, exclude_none=True)


class TrailTask:
    """The handler of `export-audit`. It acts as the person who asked, with the rights that they have now."""

    def __init__(
        self, actor_for_job: ActorForJob, directory: UserDirectory, audit: AuditService, objects: Objects
    ) -> None:
        self._actor_for_job, self._directory, self._audit, self._objects = actor_for_job, directory, audit, objects

    def __call__(self, job: Job, report: Report) -> Mapping[str, Any]:
        """Raises NotPermitted when the person has lost the right."""
        actor, form = self._actor_for_job(job), Format(str(job.input["format"]))
        write_all = _as_csv if form is Format.CSV else _as_json
        rows = unreadable = 0
        known: dict[str, User] = {}

        def records() -> Iterator[Entry]:
            nonlocal rows, unreadable
            read = partial(
                self._audit.list_newest, actor, AuditFilter.model_validate(job.input["wanted"]), limit=PER_PAGE
            )
            for page in each_page(read):
                rows, unreadable = rows + len(page.items), unreadable + len(page.unreadable)
                self._learn(actor, page.items, known)
                yield from ((record, known) for record in page.items)
                report(rows, None, "records")

        with TemporaryFile() as file:
            write_all(file, records())
            file.seek(0)
            key = f"exports/{job.org_id}/{job.job_id}.{form}"
            self._objects.put(DOCUMENTS, key, file, content_type=CONTENT_TYPES[form])
        report(rows, rows, "records")
        return {"key": key, "rows": rows, "unreadable": unreadable}

    def _learn(self, actor: Actor, records: Iterable[AuditRecord], known: dict[str, User]) -> None:
        """Look up the users in `records` that are not `known` yet."""
        wanted = {record.user_id for record in records}
        wanted |= {record.entity_id for record in records if record.entity_type == "user"}
        if unknown := wanted - known.keys():
            known |= self._directory.names(actor, unknown, remember=False)


def _as_csv(file: IO[bytes], records: Iterator[Entry]) -> None:
    with rows_into(file) as sheet:
        sheet.write(HEAD)
        for record, known in records:
            sheet.write(_cells(record, known))


def _as_json(file: IO[bytes], records: Iterator[Entry]) -> None:
    """One array, a record a line; `current` has the names of now beside those of the record."""
    between = b"[\n"
    for record, known in records:
        item = record.model_dump(by_alias=True, exclude_none=True) | {"current": _current(record, known)}
        file.write(between + json.dumps(item, default=_plain, ensure_ascii=False).encode())
        between = b",\n"
    file.write(b"\n]\n" if between == b",\n" else b"[]\n")


def _current(record: AuditRecord, known: Known) -> dict[str, str]:
    user, entity = known.get(record.user_id), known.get(record.entity_id)
    found = {"userName": user.name, "actorUsername": user.username} if user else {}
    return found | ({"entityName": entity.name, "entityUsername": entity.username} if entity else {})


def _called(user: User | None, then: str, username: str) -> tuple[str, str]:
    """The name, with that of the time of the act where it differs, and the username."""
    if user is None:
        return then, username
    return user.name if then in ("", user.name) else f"{user.name} (then {then})", user.username


def _cells(record: AuditRecord, known: Known) -> tuple[object, ...]:
    changes = "; ".join(
        f"{change.field}: {'' if change.before is None else change.before} → "
        f"{'' if change.after is None else change.after}"
        for change in record.changes()
    )
    link = record.link or {}
    return (
        *(iso(record.created_at), record.log_id),
        *_called(known.get(record.user_id), record.user_name, record.actor_username),
        *(record.user_id, record.via, record.action, record.entity_type),
        *_called(known.get(record.entity_id), record.entity_name, record.entity_username),
        *(record.entity_id, changes, record.correlation_id),
        *(link.get("chain"), link.get("sequence")),
    )


def _plain(value: Any) -> Any:
    """Numbers as numbers where that loses nothing, all else as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return sorted(value, key=str) if isinstance(value, set | frozenset) else str(value)
