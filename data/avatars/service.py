"""Profile pictures: one per person, shown wherever the person is.

Order of a change: the new objects, then the row that names them (conditional), then the old objects. A crash in
between leaves objects that no row names; the person's next change after some minutes removes them.
"""

import logging
from base64 import b64decode
from binascii import Error as NotBase64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from data.avatars.imaging import FIELD, FORMATS, decode
from data.aws.s3 import SURE_SECONDS, URL_SECONDS, Objects
from data.config.resources import MEDIA_UPLOADS
from data.core.clock import Clock
from data.core.concurrency import together
from data.core.errors import AppError, InvalidInput, NotFound
from data.core.permissions import Actor, Permission
from data.users.models import PictureUrls, User
from data.users.service import UserService

log = logging.getLogger(__name__)

MOST_BYTES: Final = 5 * 1024 * 1024
ABANDONED: Final = timedelta(minutes=10)  # an object that no row names by then belongs to no change under way
TYPES: Final = {f"image/{name.lower()}" for name in FORMATS}
FOLDER: Final = "profile-pictures"
STORED_TYPE: Final = "image/webp"
# A list shows fifty pictures on each run. A browser may keep them, but not for longer than a link to one works,
# because a picture is personal data.
KEPT_SECONDS: Final = URL_SECONDS


@dataclass(frozen=True, slots=True)
class PictureUrl:
    """A URL that shows the picture to whoever has it, until `expires_at` at least half its life later."""

    url: str
    expires_at: datetime


class PictureService(PictureUrls):
    def __init__(self, users: UserService, objects: Objects, clock: Clock) -> None:
        self._users, self._objects, self._clock = users, objects, clock
        self._decoders = ThreadPoolExecutor(2, thread_name_prefix="pictures")  # each waits for a child of its own

    def set(self, actor: Actor, user_id: str, image_data: str, content_type: str) -> User:
        """Make the base64 `image_data` the person's picture.

        Raises NotFound, NotPermitted, InvalidInput (what is wrong with the picture), Unavailable.
        """
        self._users.get_user_for(actor, user_id, Permission.EDIT_PROFILES)
        picture = self._decoders.submit(decode, _picture(image_data, content_type)).result()
        large, small = self._keys(user_id)
        together(
            lambda: self._put(large, picture.large),
            lambda: self._put(small, picture.small),
        )
        before, after = self._users.set_avatar(actor, user_id, large, small)
        self._tidy(before, after)
        return after

    def remove(self, actor: Actor, user_id: str) -> User:
        """Take the person's picture away; that there is none is as good. Raises NotFound, NotPermitted."""
        before, after = self._users.set_avatar(actor, user_id, None, None)
        self._tidy(before, after)
        return after

    def get_url(self, actor: Actor, user_id: str) -> PictureUrl:
        """Raises NotFound, also where there is no picture."""
        user = self._users.get_user_for(actor, user_id, Permission.READ_USERS)
        url = self.url(user)
        if url is None:
            raise NotFound("This person has no picture.")
        return PictureUrl(url, self._clock.now() + timedelta(seconds=SURE_SECONDS))

    def url(self, user: User) -> str | None:
        """The URL of the large picture of somebody whom the caller may see; None if there is none."""
        return self._url(user.picture_key)

    def small_url(self, user: User) -> str | None:
        """The same of the small picture, for lists."""
        return self._url(user.picture_small_key)

    def _url(self, key: str | None) -> str | None:
        if not key:
            return None
        return self._objects.url(MEDIA_UPLOADS, key, content_type=STORED_TYPE, cache_seconds=KEPT_SECONDS)

    def _put(self, key: str, body: bytes) -> None:
        self._objects.put(MEDIA_UPLOADS, key, body, content_type=STORED_TYPE, cache_seconds=KEPT_SECONDS)

    def _keys(self, user_id: str) -> tuple[str, str]:
        at = int(self._clock.now().timestamp() * 1000)
        return f"{FOLDER}/{user_id}/{at}.webp", f"{FOLDER}/{user_id}/{at}-small.webp"

    def _tidy(self, before: User, after: User) -> None:
        """Remove what the row named until now, and what was abandoned. The change is made, so nothing is raised."""
        keep, old = _named(after), _named(before)
        abandoned = int((self._clock.now() - ABANDONED).timestamp() * 1000)
        try:
            for found in self._objects.walk(MEDIA_UPLOADS, f"{FOLDER}/{after.user_id}/"):
                if found.key not in keep and (found.key in old or _made(found.key) < abandoned):
                    self._objects.delete(MEDIA_UPLOADS, found.key)
        except AppError as error:
            log.warning("old pictures are left for the next change", extra={"user": after.user_id, "why": str(error)})


def _named(user: User) -> set[str | None]:
    return {user.picture_key, user.picture_small_key}


def _made(key: str) -> int:
    """When a key was made, in milliseconds; 0 for a name that is not of our making."""
    digits = key.rpartition("/")[2].partition(".")[0].removesuffix("-small")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _picture(image_data: str, content_type: str) -> bytes:
    """The bytes that were sent; a `data:` prefix is fine."""
    if content_type not in TYPES:
        raise InvalidInput({"contentType": "One of image/jpeg, image/png, image/webp, image/gif."})
    encoded = image_data.partition(",")[2] if image_data.startswith("data:") else image_data
    try:
        picture = b64decode("".join(encoded.split()), validate=True)
    except (NotBase64, ValueError):
        raise InvalidInput({FIELD: "Send the picture as base64."}) from None
    if len(picture) > MOST_BYTES:
        raise InvalidInput({FIELD: "At most 5 MB. Make the picture smaller and try again."})
    return picture
