"""Files that the browser sends by itself: pictures to the API, files of people straight to the store.

No file passes through a page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from components.kit.browser_component import BrowserValues, PlainText, RecordId, browser_component

TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
LARGEST: Final = 5 * 1024 * 1024
ADDRESS: Final = "/api/settings/profile-picture"

LONGEST_NAME: Final = 1_000  # characters of a file name
SHARED: Final = ("js/dom.js", "js/asking.js", "js/choosing.js")
PictureAct = Literal["saved", "removed"]


class PictureValues(BrowserValues):
    """What the picture chooser sends."""

    done: PictureAct | None = None


class SentClaim(BrowserValues):
    """The file that the browser says it has sent."""

    upload_id: RecordId = Field(alias="uploadId")
    file_name: Annotated[PlainText, StringConstraints(max_length=LONGEST_NAME)] = Field(alias="fileName")


class SenderValues(BrowserValues):
    """What the file sender sends."""

    done: SentClaim | None = None


_chooser: Final = browser_component("operations_picture", PictureValues, *SHARED, "js/picture.js", root="pictureroot")
_sender: Final = browser_component(
    "operations_file_sender", SenderValues, *SHARED, "js/send_file.js", root="pictureroot sendroot"
)


@dataclass(frozen=True, slots=True)
class PictureEvent:
    """The API has just saved or removed a picture."""

    act: PictureAct


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
    act = _chooser(key=key, data=data).done
    return PictureEvent(act) if act else None


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that the store has, as the browser says."""

    upload_id: str
    file_name: str


def file_sender(key: str, *, address: str, endings: tuple[str, ...], largest: int, on_sent: Callable[[], None]) -> None:
    """Choose or drop a file and send it to the store, at the place that the API at `address` gives; with progress.

    `on_sent` is a callback, which reads `sent(key)`.
    """
    _sender(key=key, data={"address": address, "endings": list(endings), "largest": largest}, done=on_sent)


def sent(key: str) -> SentFile | None:
    """What was sent just now, for the callback. A claim: the service looks whether it is there."""
    claim = _sender.values(key).done
    return SentFile(claim.upload_id, claim.file_name) if claim else None
