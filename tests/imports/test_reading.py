"""Files of people as programs write them: alphabets, separators, heads, quotes; what is wrong is said by line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.core.errors import InvalidInput
from data.imports import csv_reader
from data.imports.csv_reader import read
from data.imports.models import FIELDS, HEADS, LINE, WRONG
from data.jobs.csv_files import safe
from data.users.models import EditPerson
from data.users.tasks import HEAD
from tests.dashboards import ROOT

HEADS_LINE = "E-mail,Username,First name,About\n"
ZOE = HEADS_LINE + "zoe@a.example,zoe,Zoë,“déjà vu” · 5 €\n"


def cells(sheet):
    return [dict(line.cells) for line in sheet.lines]


def refusal(body):
    with pytest.raises(InvalidInput) as refused:
        read(body)
    assert refused.value.fields.keys() == {""}
    return refused.value.fields[""]


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (ZOE.encode(), "UTF-8"),
        (ZOE.encode("utf-8-sig"), "UTF-8"),
        (ZOE.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + ZOE.encode("utf-16-be"), "UTF-16"),
        (ZOE.encode("cp1252"), "Windows-1252"),
    ],
    ids=["UTF-8", "with BOM", "UTF-16", "UTF-16 big end first", "Windows"],
)
def test_each_alphabet_is_found_out_and_named(body, encoding):
    sheet = read(body)
    assert sheet.encoding == encoding
    assert cells(sheet) == [
        {"email": "zoe@a.example", "username": "zoe", "first_name": "Zoë", "bio": "“déjà vu” · 5 €"}
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ((HEADS_LINE + "a@a.example,a,Zoë,“x”\n").encode() + b"b@a.example,b,Zo\xeb\n", 3),
        (b"\xef\xbb\xbf" + HEADS_LINE.encode() + b"a@a.example,a,Zo\xeb\n", 2),
        (HEADS_LINE.encode() + b"a@a.example,a,Zo\xeb\nb@a.example,b,\x81\n", 3),
        ((HEADS_LINE + "a@a.example,a,A,\n").encode("utf-16") + b"\x00\xd8\n\x00", 3),
        ((HEADS_LINE + "a@a.example,a,\0,\n").encode(), 2),
    ],
    ids=["a Windows letter in UTF-8", "the same under a BOM", "no letter of Windows", "half a pair", "nothing"],
)
def test_a_bad_character_is_refused_by_its_line(body, line):
    said = refusal(body)
    assert said.startswith(f"Line {line} ")
    assert "CSV UTF-8" in said


@pytest.mark.parametrize("body", [b"PK\x03\x04\x14\x00\x06\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_told_from_a_file_of_text(body):
    assert refusal(body).startswith("This is a workbook and no CSV file. Save the file as")


@pytest.mark.parametrize(("separator", "word"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found_out(separator, word, end):
    rows = [["E-mail", "Username", "Department"], ["a@a.example", "ann", '"R, D; and\tmore"']]
    sheet = read(end.join(separator.join(row) for row in rows).encode())
    assert (sheet.separator, cells(sheet)[0]["department"]) == (word, "R, D; and\tmore")


def test_a_first_line_may_name_the_separator():
    sheet = read(b"sep=;\r\nE-mail;Username\r\na@a.example;ann\r\n")
    assert (sheet.separator, sheet.lines[0].number) == ("semicolon", 3)


def test_a_line_break_within_quotes_is_part_of_a_cell():
    sheet = read(b'E-mail,About\na@a.example,"one\ntwo\r\nthree"\n\n,,\nb@a.example,"says ""hi"""\n')
    assert [(line.number, line.cells["bio"]) for line in sheet.lines] == [(2, "one\ntwo\r\nthree"), (7, 'says "hi"')]


@pytest.mark.parametrize("body", ['E-mail\na@a.example\n"b@a.example\n', 'E-mail\na@a.example\n"b"@a.example\n'])
def test_quotes_out_of_order_are_refused_by_line(body):
    assert refusal(body.encode()).startswith("The quotes of line 3 are not in order.")


def test_a_cell_without_an_end_is_refused():
    assert "Line 2 has a cell of more than" in refusal(f'E-mail\n"{"x" * 140_000}'.encode())


@pytest.mark.parametrize(
    "heads",
    ["userId,email,firstName,jobTitle", "USER ID,E-Mail,first_name, Job  title ", "user_id;e mail;First-name;JOBTITLE"],
)
def test_heads_are_ours_however_they_are_written(heads):
    sheet = read(f"{heads}\nx{';' if ';' in heads else ','}a@a.example\n".encode())
    assert sheet.columns == ("user_id", "email", "first_name", "job_title")


def test_the_heads_of_the_export_are_all_known():
    sheet = read((",".join(HEAD) + "\nu1,ann,ann@a.example\n").encode())
    assert sheet.unknown == ()
    assert sheet.unused == ("Manager", "Last seen", "Created")
    assert set(sheet.columns) == {name for name in FIELDS if HEADS[name][0] in HEAD}


def test_every_field_of_a_person_has_a_column():
    assert set(EditPerson.model_fields) | {"user_id", "username"} == set(FIELDS)


def test_the_template_that_is_offered_can_be_read():
    body = (ROOT / "components" / "assets" / "people-template.csv").read_bytes()
    sheet = read(body)
    assert (sheet.unknown, sheet.unused) == ((), ())
    assert set(sheet.columns) == set(FIELDS) - {"user_id", "status"}


def test_unknown_heads_are_listed_and_left_aside():
    sheet = read(b"E-mail,Shoe size,Username,\na@a.example,42,ann\n")
    assert (sheet.unknown, cells(sheet)) == (("Shoe size",), [{"email": "a@a.example", "username": "ann"}])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "The first line has none of the heads that are read: User ID, "),
        ("Shoe size,Colour\n42,red\n", "The first line has none of the heads"),
        ("First name,Role\nAnn,user\n", "No column says who is meant. Add a column User ID or E-mail or Username."),
        ("E-mail,email\na@a.example,\n", "E-mail and email mean the same."),
        ("E-mail\n", "There is no line under the heads."),
    ],
)
def test_what_a_file_lacks_is_said_with_the_remedy(body, words):
    assert refusal(body.encode()).startswith(words)


def test_more_lines_or_bytes_than_allowed_are_refused(monkeypatch):
    monkeypatch.setattr(csv_reader, "MOST_LINES", 2)
    assert len(read(b"E-mail\na\nb\n").lines) == 2
    assert refusal(b"E-mail\na\nb\nc\n").startswith("There are more than 2 lines.")
    monkeypatch.setattr(csv_reader, "MOST_BYTES", 3 << 20)
    assert refusal(b"E-mail\n" + b"x" * (3 << 20)).startswith("The file has more than 3 MB.")


def test_cells_beyond_the_heads_are_kept():
    sheet = read(b"E-mail,Username\na@a.example,ann,,\nb@a.example,bob,, more,'=1,\nc@a.example\n")
    assert [line.surplus for line in sheet.lines] == [(), ("", "more", "=1"), ()]


OURS = {"export": HEAD, "rejected": (LINE, "User ID", "First name", WRONG)}
TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1)
TRICKY = st.text(st.sampled_from("'=+-@ \tab;|\n\r\","), min_size=1)


def first_name(heads, cell):
    """What a file with these heads has for a first name, where this is the cell."""
    row = [f'"{cell.replace(chr(34), chr(34) * 2)}"' if head == "First name" else "x" for head in heads]
    return read(f"{','.join(heads)}\n{','.join(row)}\n".encode()).lines[0].cells.get("first_name", "")


@pytest.mark.parametrize("file", OURS)
@settings(deadline=None)
@given(TEXT | TRICKY)
def test_what_our_files_made_safe_is_read_as_it_was(file, text):
    assert first_name(OURS[file], safe(text)) == text.strip()


@pytest.mark.parametrize("text", ["Skills:\n'-' operator", "a;'=b", "a|'@b", "a\t'+1", "a\n''=b"])
def test_apostrophes_within_a_cell_of_others_are_theirs(text):
    assert first_name(("E-mail", "First name"), text) == text
    assert first_name(("User ID", "First name", "Line"), text) == text


@settings(deadline=None)
@given(TEXT)
def test_an_apostrophe_in_front_of_a_formula_goes_in_any_file(text):
    assert first_name(("E-mail", "First name"), f"'={text}") == f"={text}".strip()
