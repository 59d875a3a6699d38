"""Hostile files: each limit is checked before the file costs more than its bytes, and no value is lost silently."""

import io
import sys

import pytest

from data.core.errors import InvalidInput
from data.imports import csv_reader, rows
from data.imports.csv_reader import MOST_SHOWN, read
from data.imports.file_encoding import PIECE
from data.imports.rows import MOST_CHARACTERS, MOST_COLUMNS, MOST_EMPTY, WIDEST

MEGABYTE = 1 << 20
HEADER = b"E-mail,Username,About\n"


def refusal(body):
    with pytest.raises(InvalidInput) as refused:
        read(body)
    return refused.value.fields[""]


@pytest.mark.parametrize("separator", [b",", b";", b"\t"])
@pytest.mark.parametrize("start", [b"", b"E-mail"])
def test_a_megabyte_of_separators_is_refused_by_its_columns(start, separator):
    words = refusal(start + separator * 900_000 + b"\nx\n")
    assert words.startswith("Line 1 has 900,001 columns; at most 200 can be read. Delete the columns that are empty")


def test_a_row_that_is_too_long_is_not_read_to_its_end(monkeypatch):
    class Counted(io.BytesIO):
        read_bytes = 0

        def read1(self, size=-1):
            part = super().read1(size)
            Counted.read_bytes += len(part)
            return part

    monkeypatch.setattr(rows, "BytesIO", Counted)
    words = refusal(b"E-mail" + b"," * 20 * MEGABYTE + b"\nx\n")
    assert words.startswith("Line 1 has more than 999,995 columns; at most 200 can be read.")
    passes = 1 + len(rows.SEPARATORS)
    assert MEGABYTE / 2 < Counted.read_bytes <= (passes + 1) * (MOST_CHARACTERS + PIECE)


def test_two_hundred_columns_can_be_read_and_no_more():
    names = ["E-mail", *(f"x{number}" for number in range(MOST_COLUMNS - 1))]
    assert len(read(f"{','.join(names)}\na@a.example\n".encode()).unknown) == MOST_COLUMNS - 1
    words = refusal(f"{','.join([*names, 'more'])}\na@a.example\n".encode())
    assert words.startswith("Line 1 has 201 columns; at most 200 can be read.")


def test_a_row_below_the_header_has_the_same_limit():
    assert refusal(HEADER + b"a,b,c\n" + b"x," * 300 + b"\n").startswith("Line 3 has 301 columns")


def test_empty_columns_that_a_spreadsheet_saved_do_not_count():
    empty = b"," * (WIDEST - 3)
    sheet = read(b"E-mail,Username,About" + empty + b"\na@a.example,ann,x" + empty + b"\n")
    assert (sheet.unknown, sheet.lines[0].surplus, len(sheet.lines[0].cells)) == ((), (), 3)
    assert "columns; at most 200" in refusal(HEADER[:-1] + b"," * WIDEST + b"\n")


def test_an_endless_line_is_refused_by_its_length():
    assert refusal(HEADER + b"=" * 3 * MEGABYTE).startswith("Line 2 has more than 1,000,000 characters. Is a quote")


def test_a_row_of_many_short_lines_is_refused_by_its_length():
    cell = b'"' + b"x\n" * 60_000 + b'",'
    assert refusal(HEADER + cell * 10 + b"\n").startswith("Line 2 has more than 1,000,000 characters.")


def test_a_quote_without_end_is_refused_after_one_cell():
    assert refusal(HEADER + b'"' + b"x\n" * MEGABYTE).startswith("Line 2 has a cell of more than 131,072 characters.")


def test_empty_lines_have_a_limit_everywhere(monkeypatch):
    above = refusal(b"\n" * MOST_EMPTY + HEADER + b"a,b,c\n")
    assert above == f"The first {MOST_EMPTY:,} lines are empty. Delete them and upload the file again."
    assert read(b"\n" * (MOST_EMPTY - 1) + HEADER + b"a,b,c\n").lines[0].number == MOST_EMPTY + 1
    monkeypatch.setattr(rows, "MOST_PHYSICAL_LINES", 50)
    assert read(HEADER + b"\r" * 48 + b"a,b,c").lines[0].number == 50
    assert refusal(HEADER + b"\r" * 49 + b"a,b,c").startswith("The file has more than 50 lines.")


def test_cells_beyond_the_header_are_limited_in_all_lines_together(monkeypatch):
    monkeypatch.setattr(csv_reader, "MOST_SURPLUS", 5)
    assert len(read(b"E-mail\n" + b"a,b,c\n" * 2).lines) == 2
    words = refusal(b"E-mail\n" + b"a,b,c\n" * 3)
    assert words.startswith("Up to line 4, 6 cells are beyond the last column of the header.")


def test_long_column_names_are_shortened_where_they_are_shown():
    name, known = b"x" * 100_000, b"E" + b"-" * 100_000 + b"mail"
    (unknown,) = read(b"E-mail," + name + b"\na,b\n").unknown
    assert unknown == "x" * MOST_SHOWN + "…"
    assert len(refusal(b"E-mail," + known + b"\na,b\n")) < 300


@pytest.mark.parametrize("codec", ["utf-32", "utf-16-le", "utf-16-be"])
def test_an_encoding_that_is_not_read_is_named_by_the_first_line(codec):
    words = refusal("E-mail\na@a.example\n".encode(codec))
    assert words == "Line 1 contains a NUL character. Save the file as “CSV UTF-8” and choose it again."


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [PIECE - 2, PIECE - 1, PIECE, PIECE + 1])
def test_the_line_of_a_bad_character_is_right_at_every_border(end, size):
    lines = f"E-mail{end}".encode() + f"é{end}".encode() * 20
    body = lines + b"x" * (size - len(lines) - len(end)) + end.encode()
    assert refusal(body + b"\xe9" + end.encode()).startswith("Line 23 has a character that is not UTF-8.")
    assert refusal(body + b"\0").startswith("Line 23 contains a NUL character.")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("shift", range(4))
def test_characters_on_the_border_of_two_pieces_are_read(codec, shift):
    about = "x" * shift + "€😀é" * (PIECE // 4)
    text = f'E-mail,About\na@a.example,"{about[: PIECE // 2]}\n{about[PIECE // 2 : PIECE]}"\n'
    assert read(text.encode(codec)).lines[0].cells["bio"] == f"{about[: PIECE // 2]}\n{about[PIECE // 2 : PIECE]}"


HOSTILE = {
    "commas": lambda size: b"E-mail" + b"," * size,
    "names": lambda size: b"E-mail," + b",".join(b"name-%d" % number for number in range(size // 8)),
    "quotes": lambda size: HEADER + b'"' * size,
    "rows of quotes": lambda size: HEADER + b'a,b,"""""""""\n' * (size // 16),
    "apostrophes": lambda size: HEADER + b"'" * size,
    "separated apostrophes": lambda size: b"Line,What is wrong,E-mail\n" + b"a,b,;';';';';'\n" * (size // 16),
    "carriage returns": lambda size: HEADER + b"\r" * size,
    "one cell": lambda size: HEADER + b"x" * size,
    "equals signs": lambda size: HEADER + b"=" * size,
    "rows of equals signs": lambda size: HEADER + b"=,=,=======\n" * (size // 16),
    "NULs": lambda size: HEADER + b"x" * size + b"\0",
    "two encodings": lambda size: HEADER + b"\xc3\xa9,\xff,x\n" * (size // 8),
    "surplus": lambda size: HEADER + (b"x," * 150 + b"\n") * (size // 300),
    "trailing commas": lambda size: HEADER + (b"a,b,c" + b"," * 10_000 + b"\n") * (size // 10_000),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_twice_the_bytes_are_at_most_twice_the_steps(hostile):
    half, whole = (steps(HOSTILE[hostile](size)) for size in (MEGABYTE // 32, MEGABYTE // 16))
    assert whole <= 2.2 * half + 1_000


def steps(body):
    """Lines of Python that run, and calls of built-in functions, while a file is read or refused."""
    count = 0

    def trace(_frame, _event, _argument):
        nonlocal count
        count += 1
        return trace

    def profile(_frame, event, _argument):
        nonlocal count
        count += event == "c_call"

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(trace)
    sys.setprofile(profile)
    try:
        read(body)
    except InvalidInput:
        pass
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return count


def test_a_column_without_a_name_is_named_if_it_has_values():
    sheet = read(b"E-mail,Username,,First name\na@a.example,ann,lost?,Ann\nb@b.example,bob,,Bob\n")
    assert sheet.unknown == ("column 3 (without a name)",)
    assert [line.cells.get("first_name") for line in sheet.lines] == ["Ann", "Bob"]


def test_columns_without_a_name_and_without_values_are_not_mentioned():
    assert read(b"E-mail,,Username,,\na@a.example,,ann,,\n").unknown == ()


def test_each_column_without_a_name_is_listed_in_its_place():
    sheet = read(b"E-mail,,Shoe size, ,Username\na@a.example,x,42,,ann\nb@b.example,,,y,bob\n")
    assert sheet.unknown == ("column 2 (without a name)", "Shoe size", "column 4 (without a name)")


def test_values_below_empty_names_at_the_end_reject_their_line():
    sheet = read(b"E-mail,Username,,\na@a.example,ann,lost?\nb@b.example,bob,,lost?\nc@c.example,cid,,\n")
    assert [line.surplus for line in sheet.lines] == [("lost?",), ("", "lost?"), ()]
