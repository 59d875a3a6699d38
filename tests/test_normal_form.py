"""Normal forms are the same as Python's, but hostile text costs no more than its length."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.core import normal_form
from data.core.normal_form import MOST_MARKS, SHORT, normalized
from data.core.text import normalise_email
from tests.dashboards import ROOT

FORMS = ("NFC", "NFKC", "NFKD")
MARKS = "\u0301\u0316"


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_texts_of_real_life_have_the_normal_form_of_unicode(form, text):
    long = text + "é ﬁ Å e\u0301" * 200
    assert normalized(form, text) == unicodedata.normalize(form, text)
    assert normalized(form, long) == unicodedata.normalize(form, long)


@pytest.mark.parametrize("form", FORMS)
def test_no_run_of_marks_that_is_sorted_is_long(form, monkeypatch):
    runs = []

    def spy(_form, text):
        runs.extend(len(run) for run in re.findall(f"[{MARKS}]+", text))
        return text

    monkeypatch.setattr(normal_form.unicodedata, "normalize", spy)
    normalized(form, "a" + MARKS * 50_000)
    assert max(runs) <= MOST_MARKS
    normalized(form, "a" + MARKS * SHORT)
    assert max(runs) <= MOST_MARKS


def test_folding_a_megabyte_of_marks_ends():
    """Without the limit this takes half an hour, in one call that no other thread interrupts."""
    assert len(normalise_email("a" + MARKS * (1 << 19))) >= 1 << 20


def test_nothing_else_calls_the_quadratic_function():
    found = [
        str(path.relative_to(ROOT))
        for folder in ("data", "components", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if "unicodedata.normalize(" in path.read_text()
    ]
    assert found == ["data/core/normal_form.py"]
