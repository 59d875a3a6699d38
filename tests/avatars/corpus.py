"""Pictures as people and attackers send them, made here."""

import io
import struct
import zlib
from base64 import b64encode

from PIL import Image

RED, BLUE = (200, 20, 20), (20, 20, 200)
ORIENTATION, POSITION = 0x0112, 0x8825


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def halves(size=(120, 80), mode="RGB"):
    """Red above, blue below: tells which side is up."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, size[1] // 2, *size))
    return image.convert(mode)


def photograph(orientation=1):
    """A JPEG of a telephone: turned by a note, with the place it was taken at."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010E] = "canary-of-metadata"
    exif.get_ifd(POSITION).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)})
    return saved(halves(), "JPEG", exif=exif, quality=90, comment=b"canary-of-metadata")


def animated(kind):
    return saved(halves(), kind, save_all=True, append_images=[Image.new("RGB", (120, 80), BLUE)], duration=40)


def png_of(width, height):
    """A small PNG whose header promises much."""

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (width + 7) // 8) * min(height, 20_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def progressive(repeats, *, mode="RGB", size=(120, 80)):
    """A progressive JPEG whose last scan is there `repeats` times more."""
    jpeg = saved(halves(size, mode), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * repeats + jpeg[-2:]


def with_segments(jpeg, segment, times):
    """A JPEG with a segment of its header repeated."""
    return jpeg[:2] + segment * times + jpeg[2:]


def png_with(chunks, *, last=False):
    """A small PNG with more chunks, before its pixels or after them."""
    png = saved(halves(), "PNG")
    at = -12 if last else 33
    return png[:at] + chunks + png[at:]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def encoded(picture):
    return b64encode(picture).decode()


GOOD = {
    "jpeg": saved(halves(), "JPEG"),
    "cmyk jpeg": saved(halves(mode="CMYK"), "JPEG"),
    "grey jpeg": saved(halves(mode="L"), "JPEG"),
    "png": saved(halves(), "PNG"),
    "1-bit png": saved(halves(mode="1"), "PNG"),
    "16-bit png": saved(Image.new("I;16", (60, 60), 40_000), "PNG"),
    "palette png": saved(halves(mode="P"), "PNG"),
    "palette png with transparency": saved(halves(mode="P"), "PNG", transparency=0),
    "transparent png": saved(Image.new("RGBA", (60, 60), (200, 20, 20, 0)), "PNG"),
    "grey transparent png": saved(Image.new("LA", (60, 60), (200, 0)), "PNG"),
    "webp": saved(halves(), "WEBP"),
    "lossless webp": saved(halves(mode="RGBA"), "WEBP", lossless=True),
    "gif": saved(halves(mode="P"), "GIF"),
    "animated gif": animated("GIF"),
    "animated webp": animated("WEBP"),
    "animated png": animated("PNG"),
    "one pixel": saved(Image.new("RGB", (1, 1), RED), "PNG"),
    "one row": saved(Image.new("RGB", (5_000, 1), RED), "PNG"),
    "photograph": photograph(6),
    "jpeg and zip": saved(halves(), "JPEG") + b"PK\x03\x04canary-of-metadata",
    "gif and script": saved(halves(mode="P"), "GIF", comment=b"*/=1;alert('canary-of-metadata')//"),
}
BAD = {
    "nothing of a picture": b"\x00" * 400,
    "text": b"just words",
    "html": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04" + bytes(40),
    "tiff": saved(halves(), "TIFF"),
    "bmp": saved(halves(), "BMP"),
    "ico": saved(halves(), "ICO"),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "half a jpeg": saved(halves((600, 400)), "JPEG")[:900],
    "half a png": saved(Image.effect_noise((90, 90), 60), "PNG")[:2_000],
    "half a webp": saved(Image.effect_noise((90, 90), 60).convert("RGB"), "WEBP")[:600],
    "head of a gif": saved(halves(mode="P"), "GIF")[:12],
    "head of a jpeg": b"\xff\xd8\xff\xe0",
}
BOMBS = {
    "many pixels": png_of(12_000, 12_000),
    "too many for any memory": png_of(60_000, 60_000),
    "a long thin one": png_of(2_000_000_000, 1),
}
