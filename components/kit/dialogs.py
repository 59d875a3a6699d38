"""Dialogs that act once.

    @st.dialog("Deactivate Maya Okafor", width=480, on_dismiss=partial(dialogs.close, "deactivate"))
    def ask(user_id: str) -> None:
        work = partial(deactivate, user_id)
        dialogs.confirm("deactivate", effects, act="Deactivate Maya", typed="Maya Okafor", work=work)

    st.button("Deactivate…", key="danger_open", on_click=dialogs.open_for, args=("deactivate", user_id))
    if user_id := dialogs.subject("deactivate"):
        ask(user_id)

A double click runs a callback twice. Both carry the id of the draft that was open, under which the work is done once
(`components/kit/idempotency.py`); whichever comes to its end puts the draft away.
"""

import secrets
from collections.abc import Callable, Collection, Iterable
from typing import Any

import streamlit as st

from components.kit import elements, feedback
from components.kit.idempotency import once
from components.kit.markdown import plain
from components.kit.markup import tag
from components.kit.values import Effect
from data.core.text import fold_for_search, shown

Work = Callable[[], object]


def open_for(dialog: str, subject: str = "new") -> None:
    """Open this dialog about `subject`, with a fresh draft. To be called in a callback."""
    st.session_state[_key(dialog)] = (subject, f"{dialog}-{secrets.token_hex(8)}")


def subject(dialog: str) -> str | None:
    """What this dialog is open for; None while it is shut."""
    opened = st.session_state.get(_key(dialog))
    return opened[0] if opened else None


def draft(dialog: str) -> str:
    """The id of the draft that is open, "" if none is: it names this one try in `feedback`, and to the service."""
    opened: tuple[str, str] = st.session_state.get(_key(dialog), ("", ""))
    return opened[1]


def close(dialog: str) -> None:
    """Shut this dialog and forget its draft. For on_dismiss, and for Cancel."""
    feedback.forget(draft(dialog))
    st.session_state.pop(_key(dialog), None)


def submit(dialog: str, draft_id: str, work: Work, done: Callable[[Any], None] | None = None) -> None:
    """The callback of a dialog's button: do `work` once for this draft; shut the dialog if it goes well.

    `done` gets the result of `work`, for what is to be kept in the session's state.
    """
    if draft(dialog) != draft_id or not draft_id:
        return
    with feedback.attempt(draft_id):
        result = once(draft_id, work)
        if done:
            done(result)
    if feedback.outcome(draft_id) is None:
        close(dialog)


def settle(dialog: str, *, beside: Collection[str] = (), admin: bool = False) -> None:
    """At the end of a dialog: leave it if it is done, else say why the last try failed."""
    if subject(dialog) is None:
        st.rerun()
    feedback.settled(draft(dialog), beside=beside, admin=admin)


def confirm(
    dialog: str,
    effects: Iterable[Effect],
    *,
    act: str,
    work: Work,
    typed: str | None = None,
    cancel: str = "Cancel",
    danger: bool = True,
    done: Callable[[Any], None] | None = None,
) -> None:
    """The body of a dialog before an act: its effects, the name to type if `typed`, the button and Cancel."""
    if subject(dialog) is None:
        st.rerun()
    elements.effects(effects)
    agreed = typed is None or _typed(dialog, typed)
    feedback.settled(draft(dialog))
    with st.container(key=f"ends_{dialog}", horizontal=True, horizontal_alignment="right", gap=8):
        if st.button(plain(cancel), key=f"cancel_{dialog}", on_click=close, args=(dialog,)):
            st.rerun()
        arguments: tuple[Any, ...] = (dialog, draft(dialog), work, done)
        key = f"{'danger' if danger else 'go'}_{dialog}"
        st.button(plain(act), key=key, type="primary", disabled=not agreed, on_click=submit, args=arguments)


def _typed(dialog: str, name: str) -> bool:
    """Whether the name is typed. Screen readers read the field's Markdown as it is, so it must hold no escapes."""
    label = f"Type {name} to confirm"
    readable = plain(label) == label
    with st.container(key=f"field_{dialog}", gap=4):
        sentence = ("Type ", tag("b", name), " to confirm")
        st.html(tag("p", *sentence, class_="label", aria_hidden="true" if readable else None))
        words = st.text_input(
            plain(label if readable else "Type the name above to confirm"),
            key=f"typed_{draft(dialog)}",
            live=True,
            autocomplete="off",
            label_visibility="collapsed",
        )
    return _comparable(words) == _comparable(name)


def _comparable(name: str) -> str:
    """What is compared: not every keyboard has every letter of a name."""
    return " ".join(fold_for_search(shown(name)).split())


def _key(dialog: str) -> str:
    return f"{dialog}/dialog"
