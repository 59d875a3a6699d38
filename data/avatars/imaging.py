"""Turn a picture of a user into two small WebP files, in a short-lived process with limits.

An attack through a file ends with that process, after at most 3 s of CPU time and 1 GiB of memory.
`main`, the entry point of that process, reads the picture on standard input and writes to standard output.
"""

import io
import os
import signal
import struct
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from data.avatars.scans import scans_of
from data.core.errors import InvalidInput

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
LARGE: Final = 512  # pixels, square
SMALL: Final = 96
MOST_PIXELS: Final = 50_000_000
MOST_SCANS: Final = 30  # libjpeg writes 10, for CMYK 18: jpeg_simple_progression in jcparam.c
CPU_SECONDS = 3  # the largest pictures that we accept take less than 1
MEMORY: Final = 1 << 30  # bytes
PATIENCE: Final = 20  # seconds
REFUSED: Final = 3  # exit codes
TOO_LARGE: Final = 4
TOO_MANY_SCANS: Final = 5
OUT_OF_TIME: Final = -signal.SIGXCPU
FIELD: Final = "imageData"
SLOW: Final = "This picture takes too long to read. Save it again as JPEG or PNG, and send that file."
UNREADABLE: Final = "This is not a JPEG, PNG, WebP or GIF picture that can be read."
PROBLEMS: Final = {
    TOO_LARGE: "At most 50 megapixels. Make the picture smaller and try again.",
    TOO_MANY_SCANS: f"At most {MOST_SCANS} scans in a JPEG. Save the picture again, without the progressive option.",
    OUT_OF_TIME: SLOW,
}
ROOT: Final = Path(__file__).resolve().parents[2]


class TooManyPixels(Exception):
    """The header alone says that decoding this would cost too much."""


class TooManyScans(Exception):
    """The JPEG makes the decoder pass over the whole picture too often."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The picture as WebP, 512 px and 96 px square, without any metadata of the original."""

    large: bytes
    small: bytes


def decode(picture: bytes) -> Decoded:
    """Raises InvalidInput, naming `imageData`, for what is not a picture of a kind we take, or too large a one."""
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from data.avatars.imaging import main; main({CPU_SECONDS})"
    command = [sys.executable, "-I", "-c", start]
    try:
        child = subprocess.run(command, input=picture, capture_output=True, timeout=PATIENCE, check=False, env={})  # noqa: S603
    except subprocess.TimeoutExpired:
        raise InvalidInput({FIELD: SLOW}) from None
    if child.returncode != 0:
        raise InvalidInput({FIELD: PROBLEMS.get(child.returncode, UNREADABLE)})
    (length,) = struct.unpack_from(">I", child.stdout)
    return Decoded(child.stdout[4 : 4 + length], child.stdout[4 + length :])


def render(picture: bytes) -> Decoded:
    """Decode in this process. Raises TooManyPixels, TooManyScans, and what Pillow raises."""
    if scans_of(picture) > MOST_SCANS:
        raise TooManyScans
    with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:  # known from the header, before anything is decoded
            raise TooManyPixels
        image.thumbnail((LARGE * 2, LARGE * 2))  # a JPEG decodes straight to this size; hence before turning it
        upright = ImageOps.exif_transpose(image).convert("RGBA" if image.has_transparency_data else "RGB")
    large = ImageOps.fit(upright, (LARGE, LARGE), Image.Resampling.LANCZOS)
    return Decoded(_webp(large), _webp(large.resize((SMALL, SMALL), Image.Resampling.LANCZOS)))


def _webp(image: Image.Image) -> bytes:
    stripped = Image.new(image.mode, image.size)  # nothing of the original but its pixels: no position, no comments
    stripped.paste(image)
    out = io.BytesIO()
    stripped.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def main(cpu_seconds: int) -> None:
    """Decode standard input to standard output, and exit with a code of `PROBLEMS` where that fails."""
    import resource  # noqa: PLC0415 - not on every system, and only the child needs it

    os.nice(10)  # requests come first
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))  # SIGXCPU, then SIGKILL
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        decoded = render(sys.stdin.buffer.read())
    except (TooManyPixels, Image.DecompressionBombWarning, Image.DecompressionBombError):
        sys.exit(TOO_LARGE)
    except TooManyScans:
        sys.exit(TOO_MANY_SCANS)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError, Warning):
        sys.exit(REFUSED)
    sys.stdout.buffer.write(struct.pack(">I", len(decoded.large)) + decoded.large + decoded.small)
