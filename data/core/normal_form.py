"""Unicode normal forms in linear time. `unicodedata.normalize` sorts the marks of one character in quadratic time.

The interpreter is blocked meanwhile: 130,000 alternating marks take it 25 s.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

MOST_MARKS: Final = 30  # of one character, by UAX #15, section 13 ("Stream-Safe Text Format")
JOINER: Final = "\u034f"  # COMBINING GRAPHEME JOINER, the separator that this section inserts
SHORT: Final = 500  # characters that are normalized at once, whatever they are


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """Return the normal form of `text`. In long texts, runs of more than 30 marks are divided by U+034F first."""
    if len(text) > SHORT and not text.isascii():
        text = "".join(_stream_safe(text))
    return unicodedata.normalize(form, text)


def _stream_safe(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MOST_MARKS:
            yield JOINER
            marks = 1
        yield character
