"""The normal form of texts that people enter: NFC, without characters that cannot be seen.

With such characters, a name could look like the name of another user, look empty, or reverse the words after it. Mail
programs and office software add them to copied text. They are removed, because users cannot see them to correct them.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from unicodedata import bidirectional

from pydantic import BeforeValidator

from data.core.normal_form import normalized

_HIDDEN: Final = re.compile(  # default-ignorable code points (Unicode, DerivedCoreProperties), and letters without ink
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U00016fe4"
    "\U000e0000-\U000e0fff]"
)
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_OF_EMOJI: Final = frozenset({_ZWNJ, _ZWJ, "\ufe0e", "\ufe0f"})
_FLAGS: Final = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)")  # England, Scotland, Wales: a flag and tags
_VIRAMA: Final = 9  # the combining class of the signs that join consonants
_ARABIC: Final = range(0x0600, 0x0900)
_RIGHT_JOINING: Final = frozenset(  # Arabic letters that never join the next one, with or without ZWNJ
    "\u0622\u0623\u0624\u0625\u0627\u0629\u062f\u0630\u0631\u0632\u0648\u0671\u0688\u0689\u068c\u0691\u0693\u0696"
    "\u0698\u06c0\u06c3\u06c6\u06c7\u06c8\u06cb\u06d5"
)
_IDEOGRAPHS: Final = (range(0x20000, 0x2FFFE), range(0x30000, 0x33480))  # later versions of Unicode assign more
_MOST: Final = 20_000  # a longer text is over every limit, and is refused without a look at its characters
NOTHING_VISIBLE: Final = "Enter at least one visible character."
CONTROLS: Final = "Line breaks and control characters cannot be used here."
UNASSIGNED: Final = "Private and unassigned characters cannot be used here."


def shown(text: str) -> str:
    """`text` as it can be shown on one line, also where it was stored before there were rules for texts."""
    if text.isprintable() and (text.isascii() or not _HIDDEN.search(text)):
        return " ".join(normalized("NFC", text).split())
    return " ".join(normalized("NFC", "".join(_visible(text))).split())


def isolated(text: str) -> str:
    """`text` to be put into a sentence: letters from right to left must not reorder the words around them."""
    return text if text.isascii() or not _RIGHT_TO_LEFT & set(map(bidirectional, text)) else f"\u2068{text}\u2069"


def fold_for_search(text: str) -> str:
    """Return `text` as it is searched and sorted: small letters without accents, so that "jose" finds José."""
    if text.isascii():
        return text.lower()
    parts = normalized("NFKD", text.casefold())
    return normalized("NFC", "".join(part for part in parts if not unicodedata.combining(part)))


def normalise_email(email: str) -> str:
    """Return the form in which e-mail addresses are compared: all spellings of one address become one text."""
    return normalized("NFKC", normalized("NFKC", email).casefold()).strip()


def has_hidden(text: str) -> bool:
    """Whether `text` has characters that cannot be seen, joiners included."""
    return not text.isascii() and any(_hidden(letter) for letter in text)


def _one_line(value: object) -> object:
    if not isinstance(value, str) or len(value) > _MOST:
        return value
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in value):
        raise ValueError(CONTROLS)
    line = shown(value)
    if any(_unassigned(letter) for letter in line):
        raise ValueError(UNASSIGNED)
    if not line and value.strip():
        raise ValueError(NOTHING_VISIBLE)
    return line


def _lines(value: object) -> object:
    if not isinstance(value, str) or len(value) > _MOST:
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in text):
        raise ValueError(CONTROLS)
    pieces = _FLAGS.split(text)  # every second one is a flag
    kept = [piece if number % 2 else "".join(_without_hidden(piece)) for number, piece in enumerate(pieces)]
    text = normalized("NFC", "".join(kept))
    if value.strip() and not shown(text):
        raise ValueError(NOTHING_VISIBLE)
    return text


OneLine: Final = BeforeValidator(_one_line)
"""For fields of commands with a short text: `Annotated[str, Field(min_length=1, max_length=80), OneLine]`."""
Lines: Final = BeforeValidator(_lines)
"""For fields with a long text, which keeps line breaks, tabs and the joiners of emoji."""


def _visible(text: str) -> Iterator[str]:
    """The characters that are seen, and joiners where they change how the letters beside them look."""
    last = base = ""  # the last visible character, and the last one that is not a combining mark
    for number, letter in enumerate(text):
        if letter in {_ZWNJ, _ZWJ}:
            visible = _joins(letter, last, base, text[number + 1 : number + 2])
        else:
            visible = not _hidden(letter) and (letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cs"})
        if visible:
            last = letter
            base = base if unicodedata.combining(letter) else letter
            yield letter


def _joins(joiner: str, last: str, base: str, after: str) -> bool:
    """Whether a joiner is needed here, by the rules of UAX 31 (A1, A2, B) and of Bengali ra before a virama."""
    if last and unicodedata.combining(last) == _VIRAMA:
        return joiner == _ZWJ or after.isalpha()
    if joiner == _ZWJ:
        return last.isalpha() and bool(after) and unicodedata.combining(after) == _VIRAMA
    return _arabic_letter(base) and _arabic_letter(after) and base not in _RIGHT_JOINING


def _arabic_letter(letter: str) -> bool:
    return letter.isalpha() and ord(letter) in _ARABIC


def _without_hidden(text: str) -> Iterator[str]:
    return (letter for letter in text if letter in _OF_EMOJI or not _hidden(letter))


def _hidden(letter: str) -> bool:
    if letter.isascii():
        return False
    return _HIDDEN.match(letter) is not None or unicodedata.category(letter) == "Cf"


def _unassigned(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category == "Co" or (category == "Cn" and not any(ord(letter) in block for block in _IDEOGRAPHS))
