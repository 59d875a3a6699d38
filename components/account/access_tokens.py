"""Settings, tokens: personal tokens for programs of one's own, each shown once, listed, revoked."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from math import ceil
from typing import Final

import streamlit as st

from components.kit import dialogs, elements, feedback, forms, markup
from components.kit.forms import field
from components.kit.list_rows import end_button, row
from components.kit.markdown import plain
from components.kit.markup import joined, tag
from components.kit.values import Effect
from components.session import current_actor
from data.authentication.models import Token
from data.core.clock import Clock
from data.core.errors import NotFound
from data.core.permissions import Actor, Scope
from data.services import get_services

NEW: Final = "new_token"
REVOKE: Final = "revoke_token"
MADE: Final = "new_token/made"
LASTS: Final = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "1 year"}
SCOPES: Final = {
    Scope.READ.value: "Read",
    Scope.PEOPLE.value: "Read, and change users who are not admins",
    Scope.ALL.value: "All that you may do",
}
PURPOSE: Final = (
    "For programs of yours that call the API. A token can do no more than you can, and no more than its scope."
)


def show(actor: Actor) -> None:
    """The list and its dialogs. Raises NotSignedIn."""
    services = get_services()
    found = services.sessions.list_tokens(actor)
    with forms.group("own_tokens", "Personal tokens", PURPOSE):
        if not found:
            elements.said("You have no tokens. Make one for a program, and give each program its own.")
        for token in found:
            with row(token.id, "key", token.name, _line(token, services.clock)):
                end_button("Revoke…", token.name, token.id, dialogs.open_for, REVOKE, token.id)
        with st.container(key="ends_tokens", horizontal=True):
            st.button("New token…", icon=":material/add:", key="add_token", on_click=_open_new)
    _dialogs(found)


def _dialogs(found: Sequence[Token]) -> None:
    chosen = next((token for token in found if token.id == dialogs.subject(REVOKE)), None)
    if made := st.session_state.get(MADE):
        _shown(*made)
    elif dialogs.subject(NEW):
        _compose()
    elif chosen:
        close = partial(dialogs.close, REVOKE)
        st.dialog(plain(f"Revoke {chosen.name}"), width=480, on_dismiss=close)(_ask)(chosen)


def _open_new() -> None:
    dialogs.close(REVOKE)
    dialogs.open_for(NEW)


@st.dialog("New personal token", width=480, on_dismiss=partial(dialogs.close, NEW))
def _compose() -> None:
    draft = dialogs.draft(NEW)
    problems = feedback.problems(draft)
    with st.container(key="fields_new_token", gap=12):
        hint = "What uses it, for example the name of a script."
        error = problems.get("name")
        field("text", f"{draft}_name", "Name", value="", hint=hint, error=error, max_chars=80, required=True)
        field(
            "select",
            f"{draft}_scope",
            "Scope",
            value=Scope.READ.value,
            options=SCOPES,
            width=240,
            hint="The least that its program needs. It never widens what your role allows.",
            error=problems.get("scopes"),
        )
        field(
            "select",
            f"{draft}_days",
            "Works for",
            value="90",
            options=LASTS,
            width=160,
            error=problems.get("days"),
        )
    dialogs.settle(NEW, beside=problems.keys())
    with st.container(key=f"ends_{NEW}", horizontal=True, horizontal_alignment="right", gap=8):
        if st.button("Cancel", key="cancel_new_token", on_click=dialogs.close, args=(NEW,)):
            st.rerun()
        make = partial(dialogs.submit, NEW, draft, partial(_make, draft), _made)
        st.button("Create token", key="go_new_token", type="primary", on_click=make)


def _make(draft: str) -> tuple[str, str]:
    name, days, scope = (str(st.session_state.get(f"{draft}_{each}") or "") for each in ("name", "days", "scope"))
    lasts = int(days) if days in LASTS else 0  # a browser may send any text for a select; the service refuses 0
    token, secret = get_services().sessions.create_token(current_actor(), name, lasts, [scope])
    return token.name, secret


def _made(made: tuple[str, str]) -> None:
    st.session_state[MADE] = made


@st.dialog("Token created", width=480, on_dismiss=lambda: st.session_state.pop(MADE, None))
def _shown(name: str, secret: str) -> None:
    """Shown this once; closing the dialog forgets it."""
    st.html(tag("p", f"{name}: programs send it as ", tag("code", "Authorization: Bearer …"), class_="said"))
    elements.secret_once("Personal token.", secret)
    with st.container(key="ends_token_made", horizontal=True, horizontal_alignment="right", gap=8):
        if st.button("Done", key="token_done", type="primary", on_click=lambda: st.session_state.pop(MADE, None)):
            st.rerun()


def _ask(token: Token) -> None:
    effects = [
        Effect("bad", "key_off", "Programs that use it are refused from their next call on. It cannot be made good."),
        Effect("keep", "computer", "Your sessions and other tokens stay"),
    ]
    dialogs.confirm(REVOKE, effects, act="Revoke token", work=partial(_revoke, token.id, token.name))


def _revoke(token_id: str, name: str) -> None:
    """That it is gone already is as good."""
    with suppress(NotFound):
        get_services().sessions.revoke_token(current_actor(), token_id)
    feedback.done(f"{name} is revoked.")


def _line(token: Token, clock: Clock) -> list[str]:
    days = ceil((token.expires_at - clock.now()) / timedelta(days=1))
    used = joined("last used ", markup.time(token.last_used_at)) if token.last_used_at else "never used"
    scope = ", ".join(SCOPES[each] for each in token.scopes)
    return [scope, joined("made ", markup.time(token.created_at)), used, f"expires in {days} d"]
