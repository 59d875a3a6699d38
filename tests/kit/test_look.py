"""The sheet, the theme and the pages of the sign-in routes, as files."""

import re
import tomllib
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config

from components.frame import styles
from data.config.settings import load
from data.web import sign_in
from data.web.assets import preloads

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "components" / "assets"
PAGES = ROOT / "data" / "web" / "pages"
SHEET = "\n".join((ASSETS / "css" / f"{name}.css").read_text(encoding="utf-8") for name in styles.PARTS)
TOKENS = dict(re.findall(r"--(\w+): light-dark\((#\w+, #\w+)\)", SHEET))
TEXT_ON = [
    ("ink", "bg"), ("mute", "bg"), ("mute", "soft"), ("mute", "tint"), ("mute", "press"), ("accent", "bg"),
    ("accent", "tint"), ("oktext", "okbg"), ("warntext", "warnbg"), ("badtext", "badbg"), ("badtext", "bg"),
    ("warntext", "bg"),
]  # fmt: skip
MARKS_ON = [("ok", "bg"), ("warn", "bg"), ("bad", "bg"), ("fill", "bg"), ("edge", "bg")]


def contrast(first, second, mode):
    """WCAG 2 contrast of two tokens in a mode: 0 light, 1 dark."""
    lighter, darker = sorted((luminance(TOKENS[name].split(", ")[mode]) for name in (first, second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground_in_both_modes(mode):
    assert [pair for pair in TEXT_ON if contrast(*pair, mode) < 4.5] == []


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_marks_and_edges_stand_out_in_both_modes(mode):
    assert [pair for pair in MARKS_ON if contrast(*pair, mode) < 3] == []


def test_the_look_is_one_style_with_its_colour_scheme(monkeypatch):
    drawn = []
    monkeypatch.setattr(st, "html", drawn.append)
    styles.apply()
    assert len(drawn) == 1
    assert drawn[0].count("<style>") == 1
    assert ":root { color-scheme: light; }" in drawn[0]
    assert re.findall(r'@import url\("/assets/css/(\w+)\.css"\);', drawn[0]) == list(styles.PARTS)


def test_browsers_are_told_to_fetch_every_sheet_with_the_page():
    told = set(re.findall(r"</assets/css/(\w+)\.css>; rel=preload; as=style", preloads()))
    assert told == set(styles.PARTS)


def test_the_sheet_uses_only_tokens_that_exist():
    used = set(re.findall(r"var\(--(\w+)\)", SHEET))
    made = set(re.findall(r"--(\w+):", SHEET)) | {"p"}
    assert used - made == set()


def test_the_sheet_never_leans_on_hashed_classes():
    assert "emotion" not in SHEET


def test_every_option_of_the_configuration_is_known_to_streamlit():
    known = set(config.get_config_options())
    set_here = options(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")))
    assert [name for name in set_here if name not in known] == []


def options(table, head=""):
    """The dotted names of a configuration's options."""
    for key, value in table.items():
        name = f"{head}.{key}" if head else key
        if isinstance(value, dict) and key != "trustedUserHeaders":
            yield from options(value, name)
        else:
            yield name


@pytest.mark.parametrize(
    "file", [*ASSETS.rglob("*.css"), *ASSETS.rglob("*.js"), *PAGES.glob("*.html")], ids=lambda f: f.name
)
def test_nothing_is_fetched_from_elsewhere(file):
    text = re.sub(r"http://www\.w3\.org/\S+", "", file.read_text(encoding="utf-8"))
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) == []


@pytest.mark.parametrize("file", [*PAGES.glob("*.html")], ids=lambda f: f.name)
def test_pages_of_the_routes_have_no_inline_script(file):
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"<script[^>]*>([^<]+)", text) == []
    assert re.findall(r"\son\w+=", text) == []


@pytest.mark.parametrize("name", sign_in.TITLES)
def test_assets_that_the_pages_name_are_there(name):
    paths = re.findall(r'"/assets/([^"]+)"', sign_in.page(name, load({})).body.decode())
    assert f"{name}.js" in paths
    assert [path for path in paths if not (ASSETS / path).is_file()] == []
