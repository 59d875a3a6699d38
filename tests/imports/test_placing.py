"""Managers in large files: the work grows with the lines, however the lines depend on each other."""

import sys

import pytest

from data.bulk.models import Act
from data.credentials.models import Owners
from data.imports.manager_resolution import CIRCLE, MOST_ROUNDS, TANGLED, UNKNOWN, Placing
from data.imports.models import Line
from data.imports.user_rows import Draft


class Empty:
    """An organisation without users."""

    def people(self, _org_id, _user_ids):
        return {}

    def owners(self, _emails, _usernames):
        return Owners({}, {})


def placed(drafts):
    return Placing("acme", Empty(), Empty()).place(drafts)


def chain(length):
    """New users, each below the next line's; the manager of the last does not exist."""
    lines = [Line(number, {"username": f"user{number}"}) for number in range(length)]
    return [Draft(line, Act.CREATE, user_id=f"id{line.number}", manager=f"user{line.number + 1}") for line in lines]


def calls_to_place(drafts):
    count = 0

    def profile(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        placed(drafts)
    finally:
        sys.setprofile(before)
    return count


def test_a_chain_below_a_rejected_line_is_rejected_whole():
    found = placed(chain(50))
    assert {draft.act for draft in found} == {Act.REJECT}
    assert found[0].reasons["manager_id"].startswith("Line 1 would add this manager, and is rejected.")
    assert found[-1].reasons["manager_id"] == UNKNOWN


def test_a_chain_of_twice_the_lines_takes_twice_the_work():
    half, whole = calls_to_place(chain(100)), calls_to_place(chain(200))
    assert whole < 2.2 * half


@pytest.mark.parametrize(("length", "tangled"), [(MOST_ROUNDS - 5, False), (MOST_ROUNDS + 5, True)])
def test_circles_that_show_one_another_are_searched_a_few_times(desk, world, length, tangled):
    """Each rejected move restores a stored manager, by which the next line comes to circle."""
    names = [f"p{number:02}" for number in range(length)]
    world.person("user", name="first")
    for name, above in zip(names, [*names[1:], "root"], strict=True):
        world.person("user", name=name, managerId=above)
    moves = [("first", names[0]), (names[0], "first"), *zip(names[1:], names, strict=False)]
    rows = desk.rows("User ID,Manager\n" + "".join(f"{name},{manager}\n" for name, manager in moves))
    assert {row.act for row in rows} == {Act.REJECT}
    assert {row.reasons["manager_id"] for row in rows} == {CIRCLE, *([TANGLED] if tangled else [])}
