"""Ending and giving back a person's access: effects listed, a new manager for their people, the name typed, undo."""

from functools import partial
from typing import Any, Final

import streamlit as st

from components.bulk import progress as bulk_progress
from components.kit import dialogs, feedback
from components.kit.formatting import count, plural
from components.kit.forms import field
from components.kit.markdown import plain
from components.kit.values import Effect
from components.session import current_actor
from components.users.fields import display_name, manager_options
from data.bulk.models import Act
from data.core.errors import Conflict
from data.core.permissions import Actor
from data.core.text import shown
from data.jobs.models import Job
from data.services import get_services
from data.users.change_preview import SO_ALREADY
from data.users.directory import Effects
from data.users.models import Status, User

DIALOG: Final = "deactivate"
STAY: Final = "stay"  # as a choice of manager: nobody's changes
NAMED: Final = 3  # of those who report to the person


def button(user: User) -> None:
    """At the head of the person's page."""
    if user.active:
        st.button("Deactivate…", key="danger_open", on_click=dialogs.open_for, args=(DIALOG, user.user_id))
    else:
        st.button("Reactivate", icon=":material/person_check:", key="reactivate", on_click=reactivate, args=(user,))


def ask(user: User, sessions: int) -> None:
    """Draw the dialog if it is open for this person."""
    feedback.settled("reactivate")
    if dialogs.subject(DIALOG) == user.user_id:
        close = partial(dialogs.close, DIALOG)
        st.dialog(plain(f"Deactivate {display_name(user)}"), width=480, on_dismiss=close)(_body)(user, sessions)


def _body(user: User, sessions: int) -> None:
    first = shown(user.first_name or "") or user.username
    with feedback.explained():
        actor = current_actor()
        found = get_services().directory.effects(actor, user.user_id)
        draft = dialogs.draft(DIALOG)
        successor = _successor(actor, user, f"{draft}_successor") if found.reports and draft else STAY
        dialogs.confirm(
            DIALOG,
            _effects(actor, user, sessions, found, successor),
            act=f"Deactivate {first}",
            typed=display_name(user),
            work=partial(_deactivate, user, f"{draft}_successor"),
            done=_follow,
        )


def _successor(actor: Actor, user: User, key: str) -> str:
    """Who is to manage those who report to the person: the person's own manager, unless another is chosen."""
    managers = [each for each in get_services().directory.managers(actor) if each.user_id != user.user_id]
    options = {STAY: f"Stay with {display_name(user)}"} | manager_options(managers)
    above = user.manager_id or ""
    default = above if above in options else STAY
    return field("select", key, "New manager for those who report to them", value=default, options=options)


def _effects(actor: Actor, user: User, sessions: int, found: Effects, successor: str) -> list[Effect]:
    open_now = f"{plural(sessions, 'session', 'sessions')} and " if sessions else ""
    listed = [Effect("bad", "logout", f"Signed out everywhere: {open_now}all tokens end at once")]
    if found.last_admin:
        listed.append(
            Effect("bad", "shield_person", "The last active admin: this will be refused until there is another")
        )
    if found.reports:
        listed.append(Effect("warn", "account_tree", _reports(actor, user, found)))
    if place := _place(actor, user, successor):
        listed.append(Effect("warn", "move_up", _raised(actor, user, successor, place["manager_id"])))
    listed.append(
        Effect(
            "keep", "person", "The profile, the picture and the audit trail stay; the role comes back on reactivation"
        )
    )
    return listed


def _reports(actor: Actor, user: User, found: Effects) -> str:
    """Who is left without a manager at work, the first of them by name."""
    more = " or more" if found.more_reports else ""
    who = plural(len(found.reports), "person reports", "people report")
    first = found.reports[:NAMED]
    known = get_services().directory.names(actor, first)
    names = ", ".join(display_name(known[user_id]) for user_id in first if user_id in known)
    left = len(found.reports) - len(first)
    rest = f" and {count(left)}{more} more" if left else ""
    return f"{who}{more} to {display_name(user)}: {names}{rest}. Choose above who manages them from now on."


def _place(actor: Actor, user: User, successor: str) -> dict[str, str | None]:
    """What changes of the successor: something only where they are below the person."""
    if successor in {STAY, ""}:
        return {}
    return get_services().teams.succession(actor, user.user_id, successor)


def _raised(actor: Actor, user: User, successor: str, above: str | None) -> str:
    """Where the successor stands from then on."""
    known = get_services().directory.names(actor, [successor, above])
    names = {each.user_id: display_name(each) for each in known.values()}
    under = f"comes under {names.get(above, above)}" if above else "reports to nobody from then on"
    return f"{names.get(successor, successor)} takes the place of {display_name(user)} and {under}"


def _deactivate(user: User, key: str) -> Job | None:
    """At once; or by a batch, together with the people who come under another manager."""
    services, actor = get_services(), current_actor()
    successor = st.session_state.get(key, STAY)
    reports = () if successor == STAY else services.directory.reports(actor, user.user_id)
    if not reports:
        services.users.deactivate(actor, user.user_id)
        feedback.done(f"{display_name(user)} is deactivated.", partial(reactivate, user))
        return None
    edits: dict[str, dict[str, Any]] = {user.user_id: {"status": Status.INACTIVE}}
    if place := _place(actor, user, successor):
        edits[successor] = place  # before the others, who could not come under them yet
    edits |= {each: {"manager_id": successor or None} for each in reports if each != successor}
    title = f"Deactivate {display_name(user)}, with a new manager for {plural(len(edits) - 1, 'person', 'people')}"
    batch = services.batches.plan_edits(actor, edits, title=title)
    for row in services.batches.rows(actor, batch.batch_id, act=Act.REJECT, size=100).items:
        if row.reasons.get("") != SO_ALREADY:  # an index may lag
            raise Conflict(f"Nothing was changed. {row.name}: {' '.join(row.reasons.values())}")
    return services.batches.apply(actor, batch.batch_id)


def _follow(job: Job | None) -> None:
    if job is not None:
        bulk_progress.show(job.job_id)


def reactivate(user: User) -> None:
    """A callback."""
    with feedback.attempt("reactivate"):
        get_services().users.reactivate(current_actor(), user.user_id)
        feedback.done(f"{display_name(user)} can sign in again.")
