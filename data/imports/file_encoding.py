"""The encoding of a CSV file, detected and checked piece by piece: linear in its bytes, and never one long step."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from data.core.errors import InvalidInput

PIECE: Final = 1 << 16  # bytes that are decoded at once
WIDE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")  # a character of several bytes, as UTF-8 writes it
HIGH: Final = bytes(range(0x80, 0x100))
PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # workbooks, new and old
AGAIN: Final = "Save the file as “CSV UTF-8” and choose it again."


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` as users know it, `codec` as Python does."""

    name: str
    codec: str


UTF8: Final = Encoding("UTF-8", "utf-8")
UTF8_BOM: Final = Encoding("UTF-8", "utf-8-sig")
UTF16: Final = Encoding("UTF-16", "utf-16")
WINDOWS: Final = Encoding("Windows-1252", "cp1252")
MARKS: Final = {codecs.BOM_UTF8: UTF8_BOM, codecs.BOM_UTF16_LE: UTF16, codecs.BOM_UTF16_BE: UTF16}


def detect(body: bytes) -> Encoding:
    """Return the encoding in which all of `body` can be decoded. Raises InvalidInput, with the line of the fault."""
    if body.startswith(PACKED):
        raise InvalidInput({"": f"This is a workbook and no CSV file. {AGAIN}"})
    encoding = next((marked for mark, marked in MARKS.items() if body.startswith(mark)), UTF8)
    fault = _fault(body, encoding)
    if fault and fault.undecodable and encoding is UTF8 and not _mostly_utf8(body):
        encoding, fault = WINDOWS, _fault(body, WINDOWS)
    if fault:
        raise InvalidInput({"": fault.words(encoding)})
    return encoding


@dataclass(frozen=True, slots=True)
class _Fault:
    line: int
    undecodable: bool  # otherwise it is a NUL

    def words(self, encoding: Encoding) -> str:
        what = f"has a character that is not {encoding.name}" if self.undecodable else "contains a NUL character"
        return f"Line {self.line} {what}. {AGAIN}"


@dataclass(slots=True)
class _LineCounter:
    """Counts lines that end in LF, CR or CR LF, also where a pair is divided between two pieces."""

    line: int = 1
    _last: str = field(default="")

    def add(self, text: str) -> None:
        pairs = text.count("\r\n") + (self._last == "\r" and text.startswith("\n"))
        self.line += text.count("\n") + text.count("\r") - pairs
        self._last = text[-1:] or self._last


def _fault(body: bytes, encoding: Encoding) -> _Fault | None:
    """Return the first byte sequence that is not text, or None."""
    decoder, counter = codecs.getincrementaldecoder(encoding.codec)(), _LineCounter()
    for piece, final in _pieces(body):
        state = decoder.getstate()
        try:
            text = decoder.decode(piece, final)
        except UnicodeDecodeError:
            decoder.setstate(state)
            _count_until_error(decoder, piece, counter)
            return _Fault(counter.line, undecodable=True)
        before, nul, _ = text.partition("\0")
        counter.add(before)
        if nul:
            return _Fault(counter.line, undecodable=False)
    return None


def _count_until_error(decoder: codecs.IncrementalDecoder, piece: bytes, counter: _LineCounter) -> None:
    """Count the lines of a piece up to the byte at which it cannot be decoded."""
    try:
        for at in range(len(piece)):
            counter.add(decoder.decode(piece[at : at + 1]))
    except UnicodeDecodeError:
        return


def _mostly_utf8(body: bytes) -> bool:
    """Whether this is damaged UTF-8. Decoded as Windows-1252, its names would be unreadable."""
    wide = high = 0
    for piece, _ in _pieces(body):
        rest = WIDE.sub(b"", piece)
        wide += len(piece) - len(rest)
        high += len(piece) - len(piece.translate(None, HIGH))
    return 2 * wide > high


def _pieces(body: bytes) -> Iterator[tuple[bytes, bool]]:
    """The body in pieces, each with whether it is the last."""
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE], start + PIECE >= len(body)
