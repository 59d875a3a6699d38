"""Files that the browser sends by itself: pictures to the API, files of people straight to the store.

No file passes through a page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from components.sources import source

TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
LARGEST: Final = 5 * 1024 * 1024
ADDRESS: Final = "/api/settings/profile-picture"

_chooser: Final = st.components.v2.component(
    "operations_picture",
    html='<div class="pictureroot"></div>',
    js=source("js/dom.js", "js/asking.js", "js/choosing.js", "js/picture.js"),
    isolate_styles=False,
)
_sender: Final = st.components.v2.component(
    "operations_file_sender",
    html='<div class="pictureroot sendroot"></div>',
    js=source("js/dom.js", "js/asking.js", "js/choosing.js", "js/send_file.js"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class PictureEvent:
    """The API has just saved or removed a picture."""

    act: Literal["saved", "removed"]


def picture_chooser(key: str, *, user_id: str, has_picture: bool) -> PictureEvent | None:
    """Choose or drop a picture, see it, save it, remove the present one; what was done just now.

    Type and size are checked in the browser for a quick answer, and by the API for safety. The picture shown on
    the page is to be read afresh after an event.
    """
    data = {
        "userId": user_id,
        "hasPicture": has_picture,
        "types": list(TYPES),
        "largest": LARGEST,
        "address": ADDRESS,
    }
    act = _chooser(key=key, data=data, on_done_change=_nothing).done
    return PictureEvent(act) if act in {"saved", "removed"} else None


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that the store has, as the browser says."""

    upload_id: str
    file_name: str


def file_sender(key: str, *, address: str, endings: tuple[str, ...], largest: int, on_sent: Callable[[], None]) -> None:
    """Choose or drop a file and send it to the store, at the place that the API at `address` gives; with progress.

    `on_sent` is a callback, which reads `sent(key)`.
    """
    _sender(key=key, data={"address": address, "endings": list(endings), "largest": largest}, on_done_change=on_sent)


def sent(key: str) -> SentFile | None:
    """What was sent just now, for the callback. A claim: the service looks whether it is there."""
    claim = getattr(st.session_state.get(key), "done", None)
    if not isinstance(claim, Mapping):
        return None
    return SentFile(str(claim.get("uploadId", "")), str(claim.get("fileName", "")))


def _nothing() -> None:
    """A component keeps the values of those events only that somebody listens to."""
