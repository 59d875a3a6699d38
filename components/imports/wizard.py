"""People from a CSV file: chosen and sent, looked into by the worker, shown line by line, and applied."""

from functools import partial
from typing import Final

import streamlit as st

from components.bulk import preview_rows as bulk_preview_rows
from components.bulk import progress as bulk_progress
from components.bulk import results as bulk_results
from components.kit import dialogs, elements, feedback, filters, markup
from components.kit.formatting import count, plural
from components.kit.job_progress import JobProgress, line_of
from components.kit.list_rows import row
from components.kit.markdown import plain
from components.kit.uploads import file_sender, sent
from components.kit.values import Effect, Figure
from components.session import current_actor
from data.bulk.models import Act, Outcome
from data.bulk.planner import FAILED
from data.bulk.results import State
from data.core.permissions import Actor
from data.imports.models import FIELDS, HEADS, MOST_BYTES, MOST_LINES, Finding, Import
from data.jobs.models import JobState
from data.services import get_services

ACT: Final = "people_import"
SENDER: Final = "people_import_file"
DIALOG: Final = "import_apply"
ENDINGS: Final = (".csv", ".txt", ".tsv")
PER_PAGE: Final = 50
SPLIT: Final = {"all": "All", "create": "To add", "change": "To change", "reject": "Rejected"}
RULES: Final = (
    ("Who is meant", "User ID, else e-mail, else username. Whoever is not found is added, and needs the last two."),
    ("Empty cells", "Leave the field as it is. A field is cleared on the person's page, not by a file."),
    ("Manager", "A user ID, e-mail or username; also of somebody whom another line adds."),
    ("Role, status", "admin, manager, analyst or user; active or inactive. Whoever is added begins active."),
    ("Passwords", "None is in the file. Each new person's page makes the link by which they choose one."),
    ("The file", f"UTF-8 is best; UTF-16 and Windows-1252 are read too. At most {count(MOST_LINES)} lines."),
)


def choose() -> None:
    """The first step: the file."""
    file_sender(SENDER, address="/api/imports", endings=ENDINGS, largest=MOST_BYTES, on_sent=_arrived)
    feedback.settled(ACT)
    elements.section("What is read", "the first line has the column headings, in any order")
    heads = ", ".join(HEADS[name][0] for name in FIELDS)
    elements.facts([("Columns", f"{heads}. The CSV export has most of them; the names of the API do as well."), *RULES])


def _arrived() -> None:
    """A callback: the store has the file. Sent twice, it is one job."""
    if file := sent(SENDER):
        with feedback.attempt(ACT):
            imports = get_services().imports
            st.query_params["id"] = imports.request(current_actor(), file.upload_id, file.file_name).job_id


def again() -> None:
    """A callback: back to the first step."""
    feedback.forget(ACT)
    st.query_params.clear()


def follow(actor: Actor, import_id: str) -> None:
    """What became of a file: looked into, found, applied. Raises NotFound."""
    bulk_progress.turn_to()
    services = get_services()
    found = services.imports.get(actor, import_id)
    if found.finding is None:
        JobProgress(lambda: services.imports.get(current_actor(), import_id), _is_open, _checking).follow(found)
    elif found.finding.refused:
        elements.empty("unknown_document", f"{found.file_name} could not be read", found.finding.refused)
    else:
        _found(actor, found, found.finding)


def _is_open(found: Import) -> bool:
    return found.job.open


def _checking(found: Import) -> None:
    if found.job.state is JobState.FAILED:
        with row("import", "error", f"{found.file_name} could not be looked into", [found.job.error or ""]):
            st.button("Retry", key="retry_import", on_click=_retry, args=(found.job.job_id,))
    else:
        line = line_of(found.job, "waits for the worker")
        with row("import", "hourglass_top", f"{found.file_name} is being looked into", line):
            pass


def _retry(job_id: str) -> None:
    with feedback.attempt(ACT):
        get_services().jobs.retry(current_actor(), job_id)


def _found(actor: Actor, found: Import, finding: Finding) -> None:
    state = get_services().batches.state(actor, finding.batch_id) if finding.batch_id else None
    elements.figures(_figures(finding, state))
    _remarks(found.file_name, finding)
    if state is None or finding.batch_id is None:
        elements.empty("task_alt", "There is nothing to do", "Everybody in the file is as their line says already.")
        return
    _acts(found, finding, state)
    if state.over:
        elements.section("Results by line")
        bulk_results.draw(state, key="import")
        return
    if state.job is not None:
        elements.section("What was planned")
    _rows(actor, finding)
    if dialogs.subject(DIALOG) == finding.batch_id:
        close = partial(dialogs.close, DIALOG)
        st.dialog(plain(f"Apply {count(finding.to_do)} lines"), width=480, on_dismiss=close)(_ask)(finding)


def _figures(finding: Finding, state: State | None) -> list[Figure]:
    """What is to become of the lines; once it is over, what became of them."""
    listed = [("Lines in the file", finding.rows)]
    if state is None or not state.over:
        listed += [(SPLIT[act.value], getattr(finding, act.value)) for act in Act]
        listed.append(("No change", finding.alike))
    else:
        listed += [("Added", state.came_to([Outcome.CREATED])), ("Changed", state.came_to([Outcome.CHANGED]))]
        listed += [("Failed", failed)] if (failed := state.came_to([*FAILED, Outcome.GONE])) else []
        listed.append(("Rejected", finding.reject))
        listed.append(("No change", finding.alike + state.came_to([Outcome.UNCHANGED])))
    return [Figure(label, count(number)) for label, number in listed]


def _remarks(file_name: str, finding: Finding) -> None:
    """What was noticed about the file as a whole."""
    said = [f"{file_name} was read as {finding.encoding}, separated by {finding.separator}."]
    if finding.encoding == "Windows-1252":
        said.append("It is not UTF-8: look whether letters with accents are right before you apply it.")
    if finding.unknown:
        said.append(f"Left aside, because no field is called so: {', '.join(finding.unknown)}.")
    if finding.unused:
        said.append(f"Left aside, because nobody can set them: {', '.join(finding.unused)}.")
    elements.said(" ".join(said))


def _acts(found: Import, finding: Finding, state: State) -> None:
    """What can be done with the plan now; once it is applied, how far that is."""
    if state.job is not None:
        JobProgress(partial(bulk_progress.read, state.batch.batch_id), bulk_progress.is_open, _applying).follow(state)
    feedback.settled(ACT)
    feedback.settled(bulk_progress.ACT)
    with st.container(key="import_acts", horizontal=True, vertical_alignment="center", gap=8):
        if state.job is None and finding.to_do:
            st.button(
                plain(f"Apply {count(finding.to_do)} of {count(finding.rows)}…"),
                type="primary",
                key="import_apply",
                on_click=dialogs.open_for,
                args=(DIALOG, finding.batch_id),
            )
        if state.over and state.changed:
            st.button("Undo…", key="batch_undo", on_click=bulk_progress.undo, args=(state.batch.batch_id,))
        if finding.reject:
            address = f"/files/rejected/{found.job.job_id}"
            st.html(markup.link("Rejected lines as CSV", address, class_="button second"), width="content")


def _applying(state: State) -> None:
    if state.job is None:
        return
    icon, title = ("task_alt", "Applied") if state.over else ("hourglass_top", "Being applied")
    line = bulk_progress.came_to(state) if state.over else [bulk_progress.progress(state)]
    if state.job.state is JobState.FAILED:
        icon, title, line = "error", "Stopped", [*line, state.job.error or ""]
    with row("applying", icon, title, line):
        st.html(markup.link("Open", f"batch?id={state.batch.batch_id}", class_="button second"), width="content")


def _ask(finding: Finding) -> None:
    work = partial(_apply, finding.batch_id or "")
    with feedback.explained():
        act = f"Apply {count(finding.to_do)} of {count(finding.rows)}"
        dialogs.confirm(DIALOG, _effects(finding), act=act, work=work, danger=False)


def _effects(finding: Finding) -> list[Effect]:
    listed = []
    if finding.create:
        who = plural(finding.create, "person is", "people are")
        words = f"{who} added, without a password: each one's page makes the link by which they choose one"
        listed.append(Effect("warn", "person_add", words))
    if finding.change:
        who = plural(finding.change, "person is", "people are")
        words = f"{who} changed, in the fields shown; whom somebody else changed there meanwhile is left alone"
        listed.append(Effect("warn", "edit", words))
    if left := finding.rows - finding.to_do:
        words = f"{plural(left, 'line is', 'lines are')} rejected or would change nothing: nothing is done for them"
        listed.append(Effect("keep", "block", words))
    kept = "For 7 days this can be undone: changes go back, and whoever was added is deactivated"
    return [*listed, Effect("keep", "undo", kept)]


def _apply(batch_id: str) -> None:
    get_services().batches.apply(current_actor(), batch_id)


def _rows(actor: Actor, finding: Finding) -> None:
    services, batch_id = get_services(), finding.batch_id or ""
    counts = {"all": finding.to_do + finding.reject} | {act.value: getattr(finding, act.value) for act in Act}
    with filters.bar("filters_import"):
        there = {name: label for name, label in SPLIT.items() if counts[name] or name == "all"}
        words = {name: f"{label} {count(counts[name])}" for name, label in there.items()}
        chosen = filters.segments("import_act", "What would be done", words, "all")
    act = None if chosen == "all" else Act(chosen)
    page = filters.page_asked("import_page", (batch_id, chosen))
    rows = services.batches.rows(actor, batch_id, act=act, page=page, size=PER_PAGE)
    bulk_preview_rows.planned(actor, rows.items, number="Line")
    if rows.total > PER_PAGE:
        with st.container(key="pager_import", horizontal=True, horizontal_alignment="center"):
            filters.pager("import_page", rows.page, -(-rows.total // PER_PAGE))
