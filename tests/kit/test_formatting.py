from datetime import UTC, datetime, timedelta, timezone

import pytest

from components.kit import formatting

NOW = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "words", "bare"),
    [
        (timedelta(seconds=59), "now", "now"),
        (timedelta(seconds=-90), "now", "now"),
        (timedelta(minutes=3), "3 min ago", "3 min"),
        (timedelta(minutes=119), "1 h ago", "1 h"),
        (timedelta(hours=23, minutes=59), "23 h ago", "23 h"),
        (timedelta(days=29, hours=23), "29 d ago", "29 d"),
        (timedelta(days=30), "21 Oct 2026", "21 Oct 2026"),
    ],
)
def test_past_is_told_in_its_largest_unit(past, words, bare):
    assert formatting.ago(NOW - past, NOW).replace("\u00a0", " ") == words
    assert formatting.ago(NOW - past, NOW, bare=True).replace("\u00a0", " ") == bare


def test_number_and_unit_of_a_time_never_part():
    assert formatting.ago(NOW - timedelta(minutes=3), NOW, bare=True) == "3\u00a0min"


def test_absolute_times_are_told_in_utc_with_zone():
    elsewhere = datetime(2026, 11, 20, 23, 29, tzinfo=timezone(timedelta(hours=9)))
    assert formatting.absolute(elsewhere) == "Fri 20 Nov 2026, 14:29 UTC"


def test_a_number_agrees_with_its_word():
    assert [formatting.plural(n, "person", "people") for n in (0, 1, 1204)] == ["0 people", "1 person", "1,204 people"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maya Okafor", "MO"),
        ("Jean-Luc de la Tour", "JT"),
        ("Élodie", "É"),
        ("  ", "?"),
        ("张 伟", "张伟"),
        ("(guest) Bo", "B"),
        ("!!!", "!"),
    ],
)
def test_initials_are_first_letters_of_the_outer_words(name, letters):
    assert formatting.initials(name) == letters
