"""Small files that cost a decoder much: each is refused early, or costs no more than its first picture."""

import zlib

import pytest

from data.avatars import imaging
from data.avatars.imaging import MOST_SCANS, TooManyScans, decode, render
from data.avatars.scans import scans_of
from data.core.errors import InvalidInput
from tests.avatars.corpus import BAD, GOOD, animated, chunk, halves, png_with, progressive, saved, with_segments

INFLATED = zlib.compress(bytes(1_000_000), 9)
TEXTS = {
    "compressed text": chunk(b"zTXt", b"k\0\0" + INFLATED) * 100,
    "international text": chunk(b"iTXt", b"k\0\1\0\0\0" + INFLATED) * 100,
    "one huge text": chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(60_000_000), 9)),
    "a huge colour profile": chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(60_000_000), 9)),
}


def refusal(picture):
    with pytest.raises(InvalidInput) as refused:
        decode(picture)
    return refused.value.fields


def test_a_scan_repeated_sixty_times_is_refused_with_the_remedy():
    assert refusal(progressive(60)) == {
        "imageData": "At most 30 scans in a JPEG. Save the picture again, without the progressive option."
    }


def test_as_many_scans_as_are_allowed_are_decoded():
    assert render(progressive(MOST_SCANS - 10)) == render(progressive(0))
    with pytest.raises(TooManyScans):
        render(progressive(MOST_SCANS - 9))


@pytest.mark.parametrize(
    ("picture", "scans"),
    [
        (GOOD["jpeg"], 1),
        (GOOD["png"], 0),
        (GOOD["jpeg and zip"], 1),
        (GOOD["jpeg"] + b"\xff\xda" * 100, 1),  # after its end, as in the motion photos of telephones
        (with_segments(GOOD["jpeg"], b"\xff\xe1\x00\xca" + b"\xff\xda" * 100, 1), 1),  # in a segment, as thumbnails are
        (with_segments(GOOD["jpeg"], b"\xff" * 50, 1), 1),
        (saved(halves(), "JPEG", restart_marker_blocks=1), 1),
        (progressive(0), 10),
        (progressive(0, mode="L"), 6),
        (progressive(0, mode="CMYK"), 18),
        (progressive(60), 70),
        (BAD["half a jpeg"], 1),
        (BAD["head of a jpeg"], 0),
        (b"\xff\xd8\xff\xda", 1),
        (b"\xff\xd8\xff\xe1\x00\x00\xff\xda\x00\x00\xff\xda", 2),
        (b"\xff\xd8" + b"\xff\x00" * 500_000, 0),
        (b"\xff\xd8" + b"\xff" * 1_000_000, 0),
        (b"", 0),
    ],
)
def test_scans_are_counted_without_decoding(picture, scans):
    assert scans_of(picture) == scans


def test_a_picture_that_takes_too_long_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setattr(imaging, "CPU_SECONDS", 1)
    slow = with_segments(GOOD["jpeg"], b"\xff\xfe\x00\x02", 6_000_000)
    assert refusal(slow) == {
        "imageData": "This picture takes too long to read. Save it again as JPEG or PNG, and send that file."
    }


def test_the_limit_of_time_is_three_seconds():
    assert imaging.CPU_SECONDS == 3


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", TEXTS)
def test_metadata_that_inflates_is_refused_or_never_read(name, last):
    picture = png_with(TEXTS[name], last=last)
    assert len(picture) < 150_000
    assert refusal(picture) == {"imageData": "This is not a JPEG, PNG, WebP or GIF picture that can be read."}


def test_only_the_first_frame_of_an_animation_is_decoded():
    whole = animated("GIF")
    second = whole.rindex(b"\x21\xf9")
    assert render(whole) == render(whole[:second] + b"\x21\xf9\x04\x00\x04\x00\x00\x00\x2c garbage")
    png = animated("PNG")
    frame = png.rindex(b"fdAT")
    assert render(png) == render(png[: frame + 8] + bytes(20) + png[frame + 28 :])


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_many_frames_make_the_same_picture_as_one(kind):
    frames = [halves() for _ in range(200)]
    many = saved(halves(), kind, save_all=True, append_images=frames, duration=40)
    assert render(many) == render(animated(kind))


def test_the_process_that_decodes_gives_way_to_requests(monkeypatch):
    class Lowered(Exception):
        """Ends the function before it limits the process of the tests."""

    def nice(steps):
        raise Lowered(steps)

    monkeypatch.setattr(imaging.os, "nice", nice)
    with pytest.raises(Lowered, match="10"):
        imaging.main(3)
