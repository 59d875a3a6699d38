"""What a spreadsheet program would run as a formula is shown instead."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.jobs.csv_files import FORMULA, restored, rows_into, safe

FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1"),
    *("\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "\u2212" + "1", "\x00=1", "\tx", "\rx", "=cmd|' /C calc'!A0"),
)


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_cell_begins_a_formula(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("x;=cmd|'/C calc'!A0;y", "x;'=cmd|'/C calc'!A0;y"),
        ("x|@SUM(A1)", "x|'@SUM(A1)"),
        ("x\t+1; -1", "x\t'+1;' -1"),
        ("x\n=1\r\n\uff1d1", "x\n'=1\r\n'\uff1d1"),
        ('x;"=1', "x;'\"=1"),
        ("\t=1", "'\t'=1"),
        ("=1;'=1", "'=1;''=1"),
    ],
    ids=ascii,
)
def test_no_part_of_a_cell_begins_a_formula(text, cell):
    assert safe(text) == cell
    assert restored(cell) == text


@pytest.mark.parametrize(
    "text", ["", "Ann", "a=b", "1-2", "O'Neil", "Łukasz", "e-mail@acme.example", "2026-11-21", "a; b", "a|b=c"]
)
def test_plain_words_stay_as_they_are(text):
    assert safe(text) == text


def test_a_file_is_read_back_as_it_was():
    file = io.BytesIO()
    rows = [["Name", "About"], ["Ann", 'says "hi", and\nmore'], ["Zoë", None]]
    with rows_into(file) as sheet:
        for row in rows:
            sheet.write(row)
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    assert read == [["Name", "About"], ["Ann", 'says "hi", and\nmore'], ["Zoë", ""]]


TRICKY = st.text(st.sampled_from("'=+-@ \t\u200bab1;|\n\r\",")) | st.text()


@given(st.lists(TRICKY, min_size=1, max_size=4), st.sampled_from(";|\t"))
def test_whatever_a_program_takes_for_the_separator_no_formula_begins(texts, separator):
    file = io.BytesIO()
    with rows_into(file) as sheet:
        for _ in range(2):
            sheet.write(texts)
    text = file.getvalue().decode("utf-8-sig").replace("\0", "")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    assert [cell for cell in cells if FORMULA.match(cell.lstrip("\t\r\n"))] == []


@given(TRICKY)
def test_a_cell_gives_back_what_was_put_in(text):
    assert restored(safe(text)) == text
    assert not FORMULA.match(safe(text))
