import pytest

from data.core.cursors import CursorSeal
from data.core.errors import InvalidInput

SECRET = b"a secret of tests that is long enough"
POSITION = {"userId": "ann", "orgId": "acme", "createdAt": "2026-11-21T09:00:00.000Z"}
SCOPE = "users:acme:ann:role=admin"


@pytest.fixture
def seal():
    return CursorSeal(SECRET)


def test_a_cursor_leads_back_to_its_position(seal):
    assert seal.open(seal.seal(POSITION, SCOPE), SCOPE) == POSITION


def test_no_position_is_no_cursor(seal):
    assert seal.seal(None, SCOPE) is None
    assert seal.open(None, SCOPE) is None


@pytest.mark.parametrize(
    "scope",
    ["users:acme:bob:role=admin", "users:globex:ann:role=admin", "users:acme:ann:", "audit:acme:ann:role=admin", ""],
)
def test_a_cursor_opens_no_other_list_and_for_nobody_else(seal, scope):
    with pytest.raises(InvalidInput) as refused:
        seal.open(seal.seal(POSITION, SCOPE), scope)
    assert set(refused.value.fields) == {"cursor"}


def test_a_cursor_tells_nothing_of_what_it_holds(seal):
    cursor = seal.seal(POSITION, SCOPE)
    assert cursor.isascii()
    assert not [word for word in (*POSITION.values(), *SCOPE.split(":")) if word in cursor]
    assert seal.seal(POSITION, SCOPE) != cursor


def test_a_changed_cursor_is_refused_at_each_place(seal):
    cursor = seal.seal(POSITION, SCOPE)
    for place in range(len(cursor) - 3):  # the last letters hold bits that decode to nothing
        forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(InvalidInput):
            seal.open(forged, SCOPE)


@pytest.mark.parametrize("forged", ["", "x", "gAAAAA", "ü", "\ud800", "\x00", "=" * 100, "a" * 10_000, " " * 5])
def test_what_never_was_a_cursor_is_refused(seal, forged):
    with pytest.raises(InvalidInput):
        seal.open(forged, SCOPE)


def test_a_cursor_of_another_installation_is_refused(seal):
    with pytest.raises(InvalidInput):
        seal.open(CursorSeal(b"another secret that is long enough too").seal(POSITION, SCOPE), SCOPE)


def test_a_cursor_survives_a_restart():
    assert CursorSeal(SECRET).open(CursorSeal(SECRET).seal(POSITION, SCOPE), SCOPE) == POSITION
