import io

import pytest
from PIL import Image

from data.avatars.imaging import decode, render
from data.core.errors import InvalidInput
from tests.avatars.corpus import BAD, BOMBS, GOOD, photograph, saved


def opened(webp):
    return Image.open(io.BytesIO(webp))


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_becomes_two_square_webp_files(name):
    decoded = render(GOOD[name])
    for webp, size in ((decoded.large, 512), (decoded.small, 96)):
        image = opened(webp)
        image.load()
        assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("WEBP", (size, size), 1)
        assert len(webp) < 200_000


@pytest.mark.parametrize("name", GOOD)
def test_nothing_of_the_original_but_pixels_is_kept(name):
    decoded = render(GOOD[name])
    for webp in (decoded.large, decoded.small):
        assert not {"exif", "xmp", "icc_profile", "comment"} & opened(webp).info.keys()
        assert not dict(opened(webp).getexif())
        assert b"canary" not in webp


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [(1, (256, 40)), (3, (256, 470)), (6, (470, 256)), (8, (40, 256)), (5, (40, 256)), (7, (470, 256))],
)
def test_a_turned_photograph_is_set_upright(orientation, red_at):
    red, _, blue = opened(render(photograph(orientation)).large).convert("RGB").getpixel(red_at)
    assert red > blue + 100


def test_transparency_stays_and_colours_stay_true():
    clear = opened(render(GOOD["transparent png"]).small)
    assert clear.convert("RGBA").getpixel((48, 48))[3] == 0
    red, green, blue = opened(render(GOOD["cmyk jpeg"]).small).convert("RGB").getpixel((48, 10))
    assert red > 150
    assert max(green, blue) < 80


@pytest.mark.parametrize("name", ["jpeg", "transparent png", "photograph"])
def test_the_child_answers_as_the_function_does(name):
    assert decode(GOOD[name]) == render(GOOD[name])


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_of_ours_is_refused(name):
    with pytest.raises(InvalidInput) as refused:
        decode(BAD[name])
    assert refused.value.fields == {"imageData": "This is not a JPEG, PNG, WebP or GIF picture that can be read."}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_from_its_header(name):
    with pytest.raises(InvalidInput) as refused:
        decode(BOMBS[name])
    assert refused.value.fields == {"imageData": "At most 50 megapixels. Make the picture smaller and try again."}


def test_a_large_photograph_is_still_taken():
    large = saved(Image.new("RGB", (7_000, 7_000), (200, 20, 20)), "JPEG")
    assert opened(decode(large).large).size == (512, 512)
