"""Whether the audit trail is as it was recorded: the button Verify, how far that is, and what was found."""

from functools import partial
from typing import Any, Final

import streamlit as st

from components.kit import elements, feedback
from components.kit.formatting import absolute, ago, count, plural
from components.kit.idempotency import draft, once, spent
from components.kit.job_progress import JobProgress, line_of
from components.kit.list_rows import row
from components.kit.table import Column, table
from components.kit.values import Code, State, Time
from components.session import current_actor
from data.audit.models import Finding, Flaw, Verdict
from data.audit_reports.models import Standing
from data.jobs.models import Job, JobState
from data.services import get_services

ACT: Final = "audit_verify"
FLAWS: Final = {
    Flaw.EDITED: "Edited",
    Flaw.DELETED: "Deleted",
    Flaw.REORDERED: "Moved",
    Flaw.FORGED: "Forged",
    Flaw.END: "End changed",
    Flaw.CHAIN: "Chain gone",
    Flaw.KEY: "Another secret key",
}
COLUMNS: Final = [
    Column("flaw", "What", "state", width="18%"),
    Column("record", "Record", "code", width="34%"),
    Column("place", "Place in its chain", "code", wide=True),
    Column("at", "Recorded", "time", numeric=True, wide=True, width="110px"),
]


def button() -> None:
    """Verify; a double click asks once."""
    st.button("Verify", icon=":material/verified_user:", key="verify_audit", on_click=_ask, args=(draft(ACT),))


def verification() -> None:
    """What was verified last, and what is under way. Raises NotPermitted, Unavailable."""
    feedback.settled(ACT)
    standing = _read()
    JobProgress(_read, _is_open, _draw).follow(standing)
    if standing.verdict and not standing.verdict.intact and not _is_open(standing):
        _findings(standing.verdict)


def _read() -> Standing:
    return get_services().evidence.standing(current_actor())


def _is_open(standing: Standing) -> bool:
    return standing.latest is not None and standing.latest.open


def _ask(name: str) -> None:
    with feedback.attempt(ACT):
        once(name, lambda: get_services().evidence.verify(current_actor()))
        spent(ACT)


def _draw(standing: Standing) -> None:
    latest, icon, line = standing.latest, "shield", ["Verify checks that no record was edited, deleted or moved"]
    title = "Not verified yet"
    if latest and latest.state is JobState.FAILED:
        _failed(latest)
        return
    if standing.verdict and standing.verified and not _is_open(standing):
        _said(standing.verdict, standing.verified)
        return
    if latest and latest.open:
        icon, title, line = "hourglass_top", "The trail is being verified", line_of(latest, "reading records")
    with row("verdict", icon, title, line):
        pass


def _failed(job: Job) -> None:
    with row("verdict", "error", "The trail could not be verified", [job.error or ""]):
        st.button("Retry", key="retry_verify", on_click=partial(_retry, job.job_id))


def _retry(job_id: str) -> None:
    with feedback.attempt(ACT):
        get_services().jobs.retry(current_actor(), job_id)


def _said(verdict: Verdict, job: Job) -> None:
    when = job.finished_at or job.updated_at
    line = [f"verified {ago(when, get_services().clock.now())}, {absolute(when)}"]
    line.append(f"{plural(verdict.examined, 'record', 'records')} in {plural(verdict.chains, 'chain', 'chains')}")
    if verdict.unsealed:
        newest = verdict.newest_unsealed_at
        until = f", the newest of {absolute(newest)}" if newest else ""
        line.append(f"{count(verdict.unsealed)} from before records were sealed{until}")
    if verdict.intact:
        with row("verdict", "verified_user", "The trail is as it was recorded", line):
            pass
        return
    with row("verdict", "gpp_bad", "The trail is not as it was recorded", line):
        pass
    elements.problem(f"{_counted(verdict)}. An alert was sent. Copy the data store before you repair anything.")


def _counted(verdict: Verdict) -> str:
    return ", ".join(f"{count(number)} {FLAWS[flaw].lower()}" for flaw, number in verdict.counts.items()).capitalize()


def _findings(verdict: Verdict) -> None:
    more = (
        f"the first {len(verdict.findings)} of {count(verdict.flaws)}" if verdict.flaws > len(verdict.findings) else ""
    )
    elements.section("Findings", more)
    rows = [_row(number, finding) for number, finding in enumerate(verdict.findings)]
    table(COLUMNS, rows, key="audit_findings", caption="What is wrong with the trail", compact=True)


def _row(number: int, finding: Finding) -> dict[str, Any]:
    moment = finding.moment
    return {
        "id": str(number),
        "flaw": State(FLAWS[finding.flaw], "bad"),
        "record": Code(finding.log_id) if finding.log_id else None,
        "place": Code(f"{finding.sequence or 'all'} of {finding.chain}"),
        "at": Time(moment, bare=True) if moment else None,
    }
