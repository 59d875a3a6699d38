from functools import partial
from threading import Barrier

import pytest

from data.aws.parallel import together


def test_results_stand_in_the_order_of_the_reads():
    met = Barrier(3)  # nobody passes before all three run

    def read(value):
        met.wait(10)
        return value

    assert together(*(partial(read, value) for value in "abc")) == ["a", "b", "c"]


def test_reads_that_read_together_themselves_come_to_an_end():
    def inner():
        return together(*[lambda: 1] * 5)

    def outer():
        return together(*[inner] * 5)

    assert together(*[outer] * 40) == [[[1] * 5] * 5] * 40


def test_the_first_read_that_fails_is_told_after_all_ended():
    ended = []

    def fail():
        raise LookupError("first")

    with pytest.raises(LookupError, match="first"):
        together(lambda: ended.append(1), fail, lambda: ended.append(2))
    assert sorted(ended) == [1, 2]
