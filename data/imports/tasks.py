"""The worker's part of imports: the dry run, from the file that was sent to a plan that can be applied."""

from collections.abc import Iterable, Mapping
from tempfile import TemporaryFile
from typing import Any, Final

from data.aws.s3 import Objects
from data.bulk.models import Act
from data.bulk.service import BatchService
from data.config.resources import DOCUMENTS
from data.core.errors import InvalidInput
from data.core.identifiers import Identifiers
from data.core.permissions import Actor, Permission, authorise
from data.credentials.service import CredentialService
from data.imports.csv_reader import read
from data.imports.manager_resolution import Placing
from data.imports.models import CSV_TYPE, HEADS, LINE, WRONG, Finding, Sheet
from data.imports.service import file_key, rejected_key
from data.imports.user_rows import WINDOW, Draft, FilePlanner
from data.jobs.csv_files import rows_into
from data.jobs.models import ActorForJob, Job, Report
from data.organisations.service import OrganisationService
from data.users.change_preview import ChangePreview

WORDS: Final = "lines looked at"


class ImportTask:
    """The handler of `plan-import`. It acts as the person who asked, with the rights that they have now."""

    def __init__(  # noqa: PLR0917 - wired once
        self,
        actor_for_job: ActorForJob,
        foresight: ChangePreview,
        credentials: CredentialService,
        organisations: OrganisationService,
        batches: BatchService,
        objects: Objects,
        identifiers: Identifiers,
    ) -> None:
        self._actor_for_job, self._foresight, self._credentials = actor_for_job, foresight, credentials
        self._organisations, self._batches, self._objects = organisations, batches, objects
        self._identifiers = identifiers

    def __call__(self, job: Job, report: Report) -> Mapping[str, Any]:
        """What was found; a file that cannot be read is an answer, not a failure. Raises NotPermitted, NotFound."""
        actor = self._actor_for_job(job)
        authorise(actor, Permission.CREATE_USERS)
        body = self._objects.get(DOCUMENTS, file_key(job.org_id, job.job_id))
        try:
            sheet = read(body)
        except InvalidInput as error:
            return Finding(refused=" ".join(error.fields.values())).kept()
        drafts = self._drafts(actor, sheet, report)
        counts = {act: sum(draft.act is act and not draft.alike for draft in drafts) for act in Act}
        finding = Finding(
            rows=len(sheet.lines),
            create=counts[Act.CREATE],
            change=counts[Act.CHANGE],
            reject=counts[Act.REJECT],
            alike=sum(draft.alike for draft in drafts),
            encoding=sheet.encoding,
            separator=sheet.separator,
            columns=sheet.columns,
            unknown=sheet.unknown,
            unused=sheet.unused,
        )
        return self._kept(actor, finding, drafts, f"Import {job.input['fileName']}").kept()

    def _drafts(self, actor: Actor, sheet: Sheet, report: Report) -> list[Draft]:
        """What each line would do, in the order in which that can be done."""
        planner = FilePlanner(
            actor,
            foresight=self._foresight,
            credentials=self._credentials,
            organisations=self._organisations,
            identifiers=self._identifiers,
        )
        drafts: list[Draft] = []
        for start in range(0, len(sheet.lines), WINDOW):
            drafts += planner.drafts(sheet.lines[start : start + WINDOW])
            report(len(drafts), len(sheet.lines), WORDS)
        return Placing(actor.org_id, self._foresight, self._credentials).place(drafts)

    def _kept(self, actor: Actor, finding: Finding, drafts: Iterable[Draft], title: str) -> Finding:
        """The finding with its plan; one of nothing has none."""
        rows = [draft for draft in drafts if not draft.alike]
        if not rows:
            return finding
        batch = self._batches.plan(actor, (draft.planned() for draft in rows), cause="import", title=title)
        rejected = [draft for draft in rows if draft.act is Act.REJECT]
        if rejected:
            self._store_rejected(rejected, finding.columns, rejected_key(actor.org_id, batch.batch_id))
        return finding.model_copy(update={"batch_id": batch.batch_id})

    def _store_rejected(self, rejected: Iterable[Draft], columns: tuple[str, ...], key: str) -> None:
        """A file that can be put right and imported: the columns of the first one, and what is wrong.

        Cells beyond the last head stay beyond it, so that a line with too many is rejected until it is put right.
        """
        with TemporaryFile() as file:
            with rows_into(file) as sheet:
                sheet.write([LINE, *(HEADS[name][0] for name in columns), WRONG])
                for draft in rejected:
                    cells = [draft.line.cells.get(name) for name in columns]
                    sheet.write([draft.line.number, *cells, _said(draft.reasons), *draft.line.surplus])
            file.seek(0)
            self._objects.put(DOCUMENTS, key, file, content_type=f"{CSV_TYPE}; charset=utf-8")


def _said(reasons: Mapping[str, str]) -> str:
    return " ".join(f"{HEADS[name][0]}: {words}" if name in HEADS else words for name, words in reasons.items())
