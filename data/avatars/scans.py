"""Counts the scans of a JPEG without decoding it. Each scan is a pass over the whole picture, however short it is."""

import re
from typing import Final

START: Final = b"\xff\xd8"
END_OF_PICTURE: Final = 0xD9
SCAN: Final = 0xDA
WITHOUT_LENGTH: Final = frozenset({0x01, 0xD8})
# In the data of a scan, FF is followed by 00 or by a restart marker (D0 to D7): ITU T.81, B.1.1.
MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


def scans_of(picture: bytes) -> int:
    """Return the number of scans; 0 for what is not a JPEG. Pictures within segments, like thumbnails, do not count."""
    count, position = 0, 0
    while picture.startswith(START) and (found := MARKER.search(picture, position)):
        marker, position = picture[found.end() - 1], found.end()
        if marker == END_OF_PICTURE:
            break
        count += marker == SCAN
        if marker not in WITHOUT_LENGTH:
            position += int.from_bytes(picture[position : position + 2], "big")
    return count
