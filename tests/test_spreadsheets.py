"""What a spreadsheet program would run as a formula is shown instead."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.spreadsheets import FORMULA, restored, rows_into, safe

FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1"),
    *("\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "\u2212" + "1", "\x00=1", "\tx", "\rx", "=cmd|' /C calc'!A0"),
)


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_cell_begins_a_formula(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ann", "a=b", "1-2", "O'Neil", "Łukasz", "e-mail@acme.example", "2026-11-21"])
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


@given(st.text(st.sampled_from("'=+-@ \t\u200bab1"), max_size=6) | st.text())
def test_a_cell_gives_back_what_was_put_in(text):
    assert restored(safe(text)) == text
    assert not FORMULA.match(safe(text))
