"""The picture of a person, chosen in the browser and sent from there to the API; no file passes through a page."""

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
    js=source("js/dom.js", "js/picture.js"),
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


def _nothing() -> None:
    """A component keeps the values of those events only that somebody listens to."""
