"""The rows of a batch: what is planned until it is applied, then what came of it; a page at a time, by the address."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from components.bulk import preview_rows as bulk_preview_rows
from components.kit import elements, filters
from components.kit.formatting import count
from components.session import current_actor
from data.bulk.models import Act, Outcome
from data.bulk.results import Rows, State
from data.services import get_services

PER_PAGE: Final = 50
LEFT: Final = "Not planned"  # rejected, or nothing would change


def draw(state: State, *, key: str = "batch") -> None:
    """What stayed as it was can be looked at in both. `key` begins the names in the address."""
    number = "Line" if state.batch.cause == "import" else "Row"
    counts, total = _planned(state) if state.job is None else _applied(state)
    shown = _choices(key, counts, total)
    page: Any = partial(filters.page_asked, f"{key}_page", (state.batch.batch_id, shown))
    services, actor, batch_id = get_services(), current_actor(), state.batch.batch_id
    if state.job is None or shown == Act.REJECT.value:
        act = None if shown == "all" else Act(shown)
        planned = services.batches.rows(actor, batch_id, act=act, page=page(), size=PER_PAGE)
        bulk_preview_rows.planned(actor, planned.items, number=number)
        _pager(key, planned)
        return
    outcome = None if shown == "all" else Outcome(shown)
    came = services.batches.outcomes(actor, batch_id, outcome=outcome, page=page(), size=PER_PAGE)
    if not came.items:
        elements.said("No row is done yet.")
    else:
        bulk_preview_rows.applied(actor, came.items, number=number)
    _pager(key, came)


def _planned(state: State) -> tuple[list[tuple[str, str, int]], int]:
    words = {act: each.word for act, each in bulk_preview_rows.ACTS.items()} | {Act.REJECT: LEFT}
    return [(act.value, words[act], state.batch.counts.get(act, 0)) for act in Act], state.batch.rows


def _applied(state: State) -> tuple[list[tuple[str, str, int]], int]:
    outcomes, left = state.outcomes, state.batch.counts.get(Act.REJECT, 0)
    counts = [
        (outcome.value, bulk_preview_rows.OUTCOMES[outcome].word, outcomes.get(outcome, 0)) for outcome in Outcome
    ]
    return [*counts, (Act.REJECT.value, LEFT, left)], state.done


def _choices(key: str, counts: Sequence[tuple[str, str, int]], total: int) -> str:
    """Of which sort the rows are to be; those of which there are none are not offered."""
    there = {value: f"{words} {count(number)}" for value, words, number in counts if number}
    return filters.segments(f"{key}_show", "Rows", {"all": f"All {count(total)}"} | there, "all")


def _pager(key: str, rows: Rows[Any]) -> None:
    if rows.total > PER_PAGE:
        with st.container(key=f"pager_{key}", horizontal=True, horizontal_alignment="center"):
            filters.pager(f"{key}_page", rows.page, -(-rows.total // PER_PAGE))
