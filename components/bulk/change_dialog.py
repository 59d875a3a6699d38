"""One change of many people: what it is, who exactly becomes what, one confirmation; then the worker does it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import streamlit as st

from components.bulk import preview_rows as bulk_preview_rows
from components.bulk import progress as bulk_progress
from components.kit import dialogs, elements, feedback, selection
from components.kit.combo import combo, text_of
from components.kit.formatting import count, plural
from components.kit.idempotency import once
from components.kit.markdown import plain
from components.kit.selection import Selection
from components.kit.values import Effect
from components.session import current_actor
from components.users.fields import LABELS, ROLES, display_name, place_options
from data.bulk.models import Act, Batch
from data.core.permissions import Actor, Permission, Reach, Role, reach_of
from data.jobs.models import Job
from data.services import get_services
from data.users.models import EditPerson, Status
from data.users.team import LeftBehind

DIALOG: Final = "bulk"
IDS: Final = "bulk/ids"
PLAN: Final = "bulk/plan"
OPENING: Final = "bulk/opening"
SHOWN: Final = 10  # rows of the preview at a time
FIELDS: Final = {
    "role": ("Role…", Permission.EDIT_USERS),
    "manager_id": ("Manager…", Permission.EDIT_PROFILES),
    "department": ("Department…", Permission.EDIT_PROFILES),
    "status": ("Status…", Permission.DEACTIVATE_USERS),
}
REMEDY: Final = "Give them another one first, or afterwards: Home lists who is without an active manager"
STATUSES: Final = {"inactive": "Deactivate", "active": "Reactivate"}


def offered(actor: Actor) -> dict[str, str]:
    """The fields that `actor` may change of others, with the words of their buttons."""
    return {
        name: label for name, (label, needed) in FIELDS.items() if reach_of(actor, needed) not in {None, Reach.SELF}
    }


def acts(actor: Actor, chosen: Selection) -> list[tuple[str, str, Callable[[], None]]]:
    """The buttons for the bar of what is selected."""
    return [(f"bulk_{name}", label, partial(_open, name, chosen)) for name, label in offered(actor).items()]


def ask() -> None:
    """Draw the dialog if it is open; say why it could not be opened."""
    feedback.settled(OPENING)
    if name := dialogs.subject(DIALOG):
        people = plural(len(st.session_state[IDS]), "person", "people")
        title = f"Change {LABELS[name].lower()} of {people}"
        st.dialog(plain(title), width=720, on_dismiss=_put_away)(_body)(name)


def _open(name: str, chosen: Selection) -> None:
    """A callback: from here on it is these people, whatever is ticked."""
    with feedback.attempt(OPENING):
        st.session_state[IDS] = chosen.frozen()
        st.session_state.pop(PLAN, None)
        dialogs.open_for(DIALOG, name)


def _put_away() -> None:
    st.session_state.pop(PLAN, None)
    st.session_state.pop(IDS, None)
    dialogs.close(DIALOG)


def _body(name: str) -> None:
    if dialogs.subject(DIALOG) is None:
        st.rerun()
    with feedback.explained():
        actor = current_actor()
        plan = st.session_state.get(PLAN)
        _preview(actor, *plan) if plan else _choose(actor, name)


def _choose(actor: Actor, name: str) -> None:
    draft = dialogs.draft(DIALOG)
    key = f"{draft}_value"
    with st.container(key=f"field_{draft}", gap=4):
        chosen = _input(actor, name, key)
    feedback.settled(draft)
    with st.container(key="ends_bulk", horizontal=True, horizontal_alignment="right", gap=8):
        if st.button("Cancel", key="cancel_bulk", on_click=_put_away):
            st.rerun()
        st.button(
            "Preview",
            key="go_bulk_preview",
            type="primary",
            disabled=not chosen,
            on_click=_plan,
            args=(draft, name, key),
        )


def _input(actor: Actor, name: str, key: str) -> bool:
    """Whether it is said what is to become of them: nothing is chosen at first."""
    options: dict[str, Mapping[str, str]] = {
        "role": {role.value: ROLES[role] for role in Role if role.rank <= actor.role.rank},
        "status": STATUSES,
    }
    shown = options.get(name) or place_options(actor)[name]
    if name == "department":
        with st.container(width=400):
            return combo(key, LABELS[name], shown, none="No department") is not None
    chosen = st.selectbox(
        plain(LABELS[name]),
        list(shown),
        key=key,
        index=None,
        format_func=lambda value: shown[value],
        placeholder="Choose…",
        width=400,
    )
    return chosen is not None


def _plan(draft: str, name: str, key: str) -> None:
    """A callback: freeze who would become what."""
    if dialogs.draft(DIALOG) != draft:
        return
    value = text_of(key) or None
    with feedback.attempt(draft):
        work = partial(_planned, st.session_state[IDS], name, value)
        effects = _effects(st.session_state[IDS]) if value == Status.INACTIVE else ()
        st.session_state[PLAN] = (once(f"{draft}/{value}", work), effects)


def _effects(ids: tuple[str, ...]) -> tuple[Effect, ...]:
    """What deactivating them means, for them and for those who report to them."""
    actor = current_actor()
    others = [user_id for user_id in ids if user_id != actor.user_id]  # nobody deactivates themselves
    found = get_services().teams.left_behind(actor, others)
    ended = Effect("bad", "logout", "Signed out everywhere: their sessions and tokens end at once")
    if found is not None and not found.people:
        return (ended,)
    return ended, Effect("warn", "account_tree", f"{_left(found)}. {REMEDY}")


def _left(found: LeftBehind | None) -> str:
    """Who is left without a manager; `found` is None where it is not known how many."""
    if found is None:
        return "Whoever reports to them will have no active manager"
    who = plural(found.people, "person reports", "people report")
    return f"{who} to {count(found.managers)} of these and will have no active manager"


def _planned(ids: tuple[str, ...], name: str, value: str | None) -> Batch:
    actor, services = current_actor(), get_services()
    people = services.directory.names(actor, [value] if name == "manager_id" else [])
    called = {user_id: display_name(user) for user_id, user in people.items()}
    title = f"Change {LABELS[name].lower()} to {bulk_preview_rows.value(name, value, called) or 'none'}"
    return services.batches.plan_change(actor, ids, EditPerson.of(**{name: value}), title=title)


def _preview(actor: Actor, plan: Batch, effects: tuple[Effect, ...]) -> None:
    services, to_do, stay = get_services(), plan.to_do, plan.counts.get(Act.REJECT, 0)
    elements.said(f"{plan.title}: {_summary(to_do, stay)}")
    shown = _chosen_rows(plan)
    act = Act(shown) if shown != "all" else None
    page = st.session_state.get(_page_key(plan), 1)
    found = services.batches.rows(actor, plan.batch_id, act=act, page=page, size=SHOWN)
    bulk_preview_rows.planned(actor, found.items)
    if found.total > SHOWN:
        _pager(plan, found.page, -(-found.total // SHOWN))
    if not to_do:
        _nothing_to_do()
        return
    whom, ending = plural(to_do, "person", "people"), bool(effects)
    dialogs.confirm(
        DIALOG,
        effects,
        act=f"Deactivate {whom}" if ending else f"Change {whom}",
        work=partial(_apply, plan),
        typed=whom if ending else None,
        danger=ending,
        done=_applied,
    )


def _summary(to_do: int, stay: int) -> str:
    will = f"{plural(to_do, 'person', 'people')} will change" if to_do else "nobody will change"
    return f"{will}, {count(stay)} will not." if stay else f"{will}."


def _chosen_rows(plan: Batch) -> str:
    """Which of the rows are looked at."""
    there = {act.value: f"{words} {count(plan.counts[act])}" for act, words in _SEGMENTS if plan.counts.get(act)}
    if len(there) < 2:  # noqa: PLR2004 - all are of one sort, so there is nothing to choose
        return "all"
    options = {"all": f"All {count(plan.rows)}"} | there
    chosen = st.segmented_control(
        "Rows",
        list(options),
        key=f"bulk_show_{plan.batch_id}",
        format_func=lambda value: plain(options[value]),
        default="all",
        required=True,
        label_visibility="collapsed",
    )
    return chosen or "all"


_SEGMENTS: Final = ((Act.CHANGE, "Will change"), (Act.REJECT, "Will not"))


def _pager(plan: Batch, page: int, pages: int) -> None:
    st.session_state[_page_key(plan)] = page
    st.pagination(pages, key=_page_key(plan), max_visible_pages=7, width=360)


def _page_key(plan: Batch) -> str:
    return f"bulk_page_{plan.batch_id}"


def _nothing_to_do() -> None:
    with st.container(key="ends_bulk", horizontal=True, horizontal_alignment="right", gap=8):
        if st.button("Close", key="cancel_bulk", on_click=_put_away):
            st.rerun()


def _apply(plan: Batch) -> Job:
    return get_services().batches.apply(current_actor(), plan.batch_id)


def _applied(job: Job) -> None:
    bulk_progress.show(job.job_id)
    selection.clear("users")
    st.session_state.pop(PLAN, None)
