"""Turns whatever somebody sends as a picture into two small WebP files, in a short-lived process with limits.

A decoder that is attacked through a file dies there, with 15 s of CPU and 1 GiB at the most, and takes nothing with it.
`python -m data.pictures.decoding` reads the picture on standard input and answers on standard output.
"""

import io
import struct
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from data.errors import InvalidInput

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
LARGE: Final = 512  # pixels, square
SMALL: Final = 96
MOST_PIXELS: Final = 50_000_000
CPU_SECONDS: Final = 15
MEMORY: Final = 1 << 30  # bytes
PATIENCE: Final = 20  # seconds
REFUSED: Final = 3  # exit codes
TOO_LARGE: Final = 4
FIELD: Final = "imageData"
ROOT: Final = Path(__file__).resolve().parents[2]


class TooManyPixels(Exception):
    """The header alone says that decoding this would cost too much."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The picture as WebP, 512 px and 96 px square, without any metadata of the original."""

    large: bytes
    small: bytes


def decode(picture: bytes) -> Decoded:
    """Raises InvalidInput, naming `imageData`, for what is not a picture of a kind we take, or too large a one."""
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from data.pictures.decoding import main; main()"
    command = [sys.executable, "-I", "-c", start]
    try:
        child = subprocess.run(command, input=picture, capture_output=True, timeout=PATIENCE, check=False, env={})  # noqa: S603
    except subprocess.TimeoutExpired:
        raise InvalidInput({FIELD: "This picture takes too long to read. Save it anew and try again."}) from None
    if child.returncode == TOO_LARGE:
        raise InvalidInput({FIELD: "At most 50 megapixels. Make the picture smaller and try again."})
    if child.returncode != 0:
        raise InvalidInput({FIELD: "This is not a JPEG, PNG, WebP or GIF picture that can be read."})
    (length,) = struct.unpack_from(">I", child.stdout)
    return Decoded(child.stdout[4 : 4 + length], child.stdout[4 + length :])


def render(picture: bytes) -> Decoded:
    """The same in this process. Raises TooManyPixels, and what Pillow raises."""
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


def main() -> None:
    """The child's side."""
    import resource  # noqa: PLC0415 - not on every system, and only the child needs it

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        decoded = render(sys.stdin.buffer.read())
    except (TooManyPixels, Image.DecompressionBombWarning, Image.DecompressionBombError):
        sys.exit(TOO_LARGE)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError, Warning):
        sys.exit(REFUSED)
    sys.stdout.buffer.write(struct.pack(">I", len(decoded.large)) + decoded.large + decoded.small)
