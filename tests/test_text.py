# ruff: noqa: RUF001 - letters that look like others are what some of these are for
"""The normal form of texts that people enter, and that every command uses it."""

import sys
import unicodedata
from typing import Annotated

import pytest
from pydantic import Field

from data.core.errors import InvalidInput
from data.core.models import Command
from data.core.text import CONTROLS, NOTHING_VISIBLE, UNASSIGNED, Lines, OneLine, has_hidden, shown
from data.web.routes import routes

INVISIBLE = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x200B, 0x200C, 0x200D, 0x200E),
    *(0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x2800, 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0),
    *(*range(0xFFF9, 0xFFFC), 0x1D159, *range(0x1D173, 0x1D17B), *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0)),
]
BLANKS = "\u00a0\u1680\u2000\u2003\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
FORMATS = [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]


class Wish(Command):
    name: Annotated[str, Field(min_length=1, max_length=80), OneLine]
    about: Annotated[str, Field(min_length=1, max_length=2_000), Lines] = "-"


def name(text):
    return Wish.of(name=text).name


def about(text):
    return Wish.of(name="x", about=text).about


def refusal(**values):
    with pytest.raises(InvalidInput) as refused:
        Wish.of(**{"name": "x"} | values)
    return refused.value.fields


@pytest.mark.parametrize("code", sorted({*INVISIBLE, *FORMATS}), ids=lambda code: f"U+{code:04X}")
def test_an_invisible_character_makes_no_other_name(code):
    assert name(f"An{chr(code)}n") == name(f"{chr(code)}Ann{chr(code)}") == "Ann"
    assert has_hidden(f"An{chr(code)}n")
    assert refusal(name=chr(code) * 3) == {"name": NOTHING_VISIBLE}


@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: f"U+{ord(blank):04X}")
def test_every_blank_is_a_plain_space_and_runs_of_them_are_one(blank):
    assert name(f"{blank}Ann{blank} {blank}Lee{blank}") == name("Ann  Lee ") == "Ann Lee"


@pytest.mark.parametrize(
    "real",
    [
        *("José", "Ngọc", "Nguyễn Thị Hồng", "O’Malley", "O'Malley", "Anne‑Lise", "Đặng", "Łucja", "Þór", "Ørsted"),
        *(
            "Müller-Lüdenscheidt",
            "d’Artagnan Jr.",
            "李小龍",
            "𠮷田",
            "김민준",
            "Αλέξανδρος",
            "Владимир",
            "שלום",
            "مُحَمَّد",
        ),
        *("می\u200cخواهم", "علی\u200cرضا", "क्\u200dष", "क्\u200cष", "ශ්\u200dරී", "র\u200d্যাব", "പാര്\u200dവതി"),
        *("👾 Space", "½ ² ① Ⅷ", "𝕋𝕙𝕖 𝓆𝓊𝒾𝒸𝓀", "＜Ann＞"),
    ],
)
def test_real_names_stay_as_they_are(real):
    assert name(real) == unicodedata.normalize("NFC", real)
    assert shown(real) == unicodedata.normalize("NFC", real)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Qualite\u0301", "Qualité"),
        ("e\u200b\u0301", "é"),
        ("Ann\u202enimda", "Annnimda"),
        ("\u2067אבג\u2069 123", "אבג 123"),
        ("a\u200bb\u200cc\u200dd", "abcd"),
        ("دا\u200cود", "داود"),  # this letter joins no other, so the joiner changes nothing
        ("ع\u200dلی", "علی"),
        ("می\u200c\u200cخواهم", "می\u200cخواهم"),
        ("می\u200c", "می"),
        ("\u200cمی", "می"),
        ("می\u200c Ann", "می Ann"),
        ("कष\u200d", "कष"),
        ("क\u200dष", "कष"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_what_changes_nothing_in_sight_is_removed(text, kept):
    assert name(text) == kept
    assert name(kept) == kept


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x07b", "a\x1b[31m", "a\x7fb", "a\x85b", "line\nbreak", "tab\there", "\ud800"]
)
def test_control_characters_are_refused_on_one_line(text):
    assert refusal(name=text) == {"name": CONTROLS}


@pytest.mark.parametrize("text", ["\ue000", "a\uf8ff", "\uffff", "a\ufdd0", "\U0010ffff", "\U0002ffff", "a\u0378"])
def test_private_and_unassigned_characters_are_refused_on_one_line(text):
    assert refusal(name=text) == {"name": UNASSIGNED}


def test_the_limits_count_what_is_kept():
    assert name("a" * 80 + "\u200b" * 80) == "a" * 80
    assert refusal(name="a" * 81 + "\u200b") == {"name": "At most 80 characters."}
    assert refusal(name="\u200b" * 2_000_000) == {"name": "At most 80 characters."}
    assert refusal(name="  ") == refusal(name="") == {"name": "This cannot be empty."}
    assert refusal(name=7) == {"name": "Text is wanted here."}


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\tthree",
        "🏳️\u200d🌈 👩\u200d👩\u200d👧\u200d👦 🤷🏽\u200d♀️ ❤️",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",
        "a  b",
    ],
)
def test_a_long_text_keeps_line_breaks_and_emoji(text):
    assert about(text) == text


def test_a_long_text_loses_directions_and_invisible_characters():
    assert about("a\u202eb\u2066c\u200bd\ufeff\U000e0041") == "abcd"
    assert about("one\r\ntwo\rthree") == "one\ntwo\nthree"
    assert refusal(about="\u2060\u202e") == {"about": NOTHING_VISIBLE}
    assert refusal(about="a\x07") == {"about": CONTROLS}


def test_what_is_shown_never_fails_and_hides_nothing_seen():
    assert shown("Ann\u202e") == "Ann"
    assert shown("\u2060 \u3164") == ""
    assert shown("a\x07\ud800b\nc") == "ab c"
    assert shown("\ue000") == "\ue000"


OTHERWISE = {  # fields of commands with a text that is no name → why
    **dict.fromkeys(("email", "username"), "Refused with invisible characters, because it decides who signs in."),
    "password": "Taken as it is typed.",
    "token": "A secret.",
    **dict.fromkeys(("user_id", "entity_id", "manager_id", "correlation_id", "below"), "An ID."),
    **dict.fromkeys(("action", "via", "timezone", "content_type", "period"), "One of a list."),
    "image_data": "Base64.",
    **dict.fromkeys(("text", "departments"), "Compared with what is stored, never stored."),
}


def commands(model=Command):
    for one in model.__subclasses__():
        yield from (one, *commands(one))


def test_every_text_of_every_command_has_its_normal_form():
    assert routes  # imports every command
    product = [one for one in commands() if one.__module__.startswith("data.")]
    texts = {
        (one.__name__, name): repr((field.annotation, field.metadata))
        for one in product
        for name, field in one.model_fields.items()
        if "str" in repr(field.annotation) and name not in OTHERWISE
    }
    assert [field for field, made in texts.items() if "_one_line" not in made and "_lines" not in made] == []
    assert {name for one in product for name in one.model_fields} >= OTHERWISE.keys()
