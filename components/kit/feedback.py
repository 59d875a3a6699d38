"""An AppError in the user's words, where the user is looking; and what went well, with its undo."""

import logging
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from components.kit import elements, markup
from components.kit.markdown import plain
from components.kit.markup import joined, tag
from data.core.errors import (
    AppError,
    Conflict,
    CredentialsExpired,
    Defect,
    InvalidInput,
    Misconfigured,
    NotFound,
    NotPermitted,
    NotSignedIn,
    OutcomeUnknown,
    Unavailable,
)
from data.core.logs import correlation_id

log = logging.getLogger(__name__)
HOME: Final = ("Go to Home", "/")
LATE: Final = 2.0  # seconds within which the second click of a double one begins to draw the page again
_NEWS: Final = "feedback/news"


def show(error: AppError, *, admin: bool = False, reference: str = "") -> None:  # noqa: C901 - one line per error
    """Say what went wrong, what is safe, and what to do. Admins see the remedy of what is misconfigured."""
    reference = reference or _reference(error)
    log.info("refused on a page", extra={"code": error.code})
    match error:
        case NotSignedIn() | CredentialsExpired():
            _session_ended()
        case InvalidInput(fields=fields):
            for field, sentence in fields.items():
                elements.problem(f"{field}: {sentence}" if field else sentence)
        case NotPermitted():
            elements.empty("lock", "This is not open to you", str(error), HOME)
        case NotFound():
            elements.empty("search_off", "It is not here", str(error), HOME)
        case Misconfigured(remedy=remedy):
            elements.failed("The installation is not complete", _misconfigured(error, remedy, admin=admin), reference)
        case OutcomeUnknown():
            elements.failed("It is not known whether this was saved", str(error), reference)
            _again("Reload")
        case Unavailable():
            elements.failed("Not available at the moment", str(error), reference)
            _again("Try again")
        case Conflict():
            elements.problem(str(error))
        case Defect():
            elements.failed("Something is wrong on our side", str(error), reference)
        case _:
            elements.problem(str(error))


def _misconfigured(error: AppError, remedy: str, *, admin: bool) -> str:
    return f"{error} {remedy}" if admin else f"{error} An admin of your organisation sees how to mend it."


def _session_ended() -> None:
    query = urlencode({key: st.query_params.get_all(key) for key in st.query_params}, doseq=True)
    here = _path() + (f"?{query}" if query else "")
    words = joined(
        markup.icon("logout"),
        tag("h1", "Your session has ended"),
        tag("p", "Sign in again to go on. What was saved is safe."),
        markup.link("Sign in", f"/sign-in?next={quote(here, safe='/')}", class_="button"),
    )
    st.html(tag("div", tag("div", words), class_="ended", role="alert"))


def _path() -> str:
    """Return the path of the page that the browser names, or "/" where it names no valid URL."""
    try:
        return urlsplit(st.context.url or "/").path
    except ValueError:
        return "/"


def _again(word: str) -> None:
    """Any click runs the page again; a new key each time, since one page may fail in several places."""
    with st.container(key=f"again_{secrets.token_hex(4)}", horizontal=True, horizontal_alignment="center"):
        st.button(plain(word), icon=":material/refresh:", key=f"retry_{secrets.token_hex(4)}")


@contextmanager
def explained(*, admin: bool = False) -> Iterator[None]:
    """Show at this place what went wrong in the block, and go on."""
    try:
        yield
    except AppError as error:
        show(error, admin=admin)


@contextmanager
def attempt(act: str) -> Iterator[None]:
    """Around the work of a callback, which has no place on the screen: `settled(act)` shows how it went.

    `act` names this one try (a draft's id): a late second click must not settle the next draft.
    """
    st.session_state[_key(act)] = "done"
    try:
        yield
    except AppError as error:
        st.session_state[_key(act)] = error


def outcome(act: str) -> AppError | None:
    """What the last attempt at `act` failed of, until the next attempt."""
    result = st.session_state.get(_key(act))
    return result if isinstance(result, AppError) else None


def problems(act: str) -> Mapping[str, str]:
    """The fields that the last attempt refused, field → what is wrong and the remedy, to be shown beside each."""
    error = outcome(act)
    return error.fields if isinstance(error, InvalidInput) else {}


def settled(act: str, *, beside: Collection[str] = (), admin: bool = False) -> bool:
    """Whether the last attempt at `act` went well; if it failed, show why, here.

    `beside` are the fields whose problems stand beside them already; what is left is shown here.
    """
    if st.session_state.get(_key(act)) == "done":
        del st.session_state[_key(act)]
        return True
    error = outcome(act)
    if isinstance(error, InvalidInput):
        error = InvalidInput({field: words for field, words in error.fields.items() if field not in beside})
    if error is not None:
        _refused(error, admin=admin)
    return False


def _refused(error: AppError, *, admin: bool) -> None:
    """A failed act in a line or two: its own button is beside it, and is the way to try again."""
    match error:
        case NotSignedIn() | CredentialsExpired() | InvalidInput():
            show(error)
        case Misconfigured(remedy=remedy):
            elements.problem(_misconfigured(error, remedy, admin=admin))
        case _:
            reference = _reference(error)
            elements.problem(f"{error} Reference {reference}." if reference else str(error))


def _reference(error: AppError) -> str:
    """Under which the log has it: the error's own, or for what went wrong at the stores that of the present run."""
    logged = isinstance(error, Misconfigured | OutcomeUnknown | Unavailable | Defect)
    return str(getattr(error, "reference", "") or (correlation_id.get() if logged else ""))


def forget(act: str) -> None:
    """Let go of how the last attempt at `act` went."""
    st.session_state.pop(_key(act), None)


def _key(act: str) -> str:
    return f"{act}/outcome"


@dataclass
class News:
    """What went well, and since when that stands on the screen."""

    text: str
    undo: Callable[[], None] | None
    label: str
    serial: str = field(default_factory=lambda: secrets.token_hex(4))
    since: float | None = None


def done(text: str, undo: Callable[[], None] | None = None, *, undo_label: str = "Undo") -> None:
    """Remember what went well, to be told on the next page drawn. `undo` is a callback that takes it back."""
    st.session_state[_NEWS] = News(text, undo, undo_label)


def show_success(began: float) -> None:
    """Show the last success message below the page. For the frame, once per run, which began at `began` (monotonic).

    A second click that arrives late draws the page again, and the message with it, so that the user can read it. What
    counts is when the run began, because drawing can take long on a busy machine.
    """
    news = st.session_state.get(_NEWS)
    if news is None:
        return
    news.since = news.since or time.monotonic()
    if began - news.since > LATE:
        del st.session_state[_NEWS]
        return
    with st.container(key=f"news_{news.serial}", horizontal=True, vertical_alignment="center", gap=8):
        words = markup.icon("check_circle"), tag("span", news.text)
        st.html(tag("p", *words, class_="done", role="status"), width="content")
        if news.undo is not None:
            st.button(plain(news.label), type="tertiary", key=f"undo_{news.serial}", on_click=_undo, args=(news.undo,))


def _undo(act: Callable[[], None]) -> None:
    """What is taken back is no news any more."""
    st.session_state.pop(_NEWS, None)
    act()
