"""Prose is plain: banned words become fewer, and new files have none."""

from tests.banned_words import allowed, counts, prose_of_python


def test_no_file_has_more_banned_words_than_its_allowance():
    limits = allowed()
    assert {path: count for path, count in counts().items() if count > limits.get(path, 0)} == {}


def test_the_allowance_of_banned_words_only_shrinks():
    found = counts()
    too_high = {path: limit for path, limit in allowed().items() if limit > found.get(path, 0)}
    assert too_high == {}, "Run: python -m tests.banned_words"


def test_words_in_names_are_not_prose():
    assert "mended" not in prose_of_python("def mended(told):\n    return told\n")
    assert "reason" in prose_of_python('x = f"a {y} reason"  # why\n')
    assert "told" not in prose_of_python('x = f"a {told} reason"\n')
