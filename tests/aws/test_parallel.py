from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Lock, Semaphore, current_thread

import pytest

from data.core.concurrency import SIZE, THREADS, together


def test_results_stand_in_the_order_of_the_reads():
    met = Barrier(3)  # nobody passes before all three run

    def read(value):
        met.wait(30)
        return value

    assert together(*(partial(read, value) for value in "abc")) == ["a", "b", "c"]


def test_reads_that_read_together_themselves_come_to_an_end():
    def inner():
        return together(*[lambda: 1] * 5)

    def outer():
        return together(*[inner] * 5)

    assert together(*[outer] * 40) == [[[1] * 5] * 5] * 40


def test_reads_within_reads_go_side_by_side_too():
    met = Barrier(4)  # nobody passes before all four run

    def inner():
        return met.wait(30) >= 0

    def outer():
        return together(inner, inner)

    assert together(outer, outer) == [[True, True]] * 2


def test_who_holds_what_all_threads_wait_for_can_read():
    lock, taken = Lock(), Semaphore(0)

    def wait():
        if current_thread().name.startswith(THREADS):
            taken.release()
        return lock.acquire(timeout=30) and not lock.release()  # in vain where the holder waits for us, too

    with ThreadPoolExecutor(1) as visitors:
        with lock:
            found = visitors.submit(together, *[wait] * (SIZE + 1))
            assert all(taken.acquire(timeout=30) for _ in range(SIZE))
            assert together(lambda: 1, lambda: 2) == [1, 2]
        assert all(found.result())


def test_the_first_read_that_fails_is_told_after_all_ended():
    ended = []

    def fail():
        raise LookupError("first")

    with pytest.raises(LookupError, match="first"):
        together(lambda: ended.append(1), fail, lambda: ended.append(2))
    assert sorted(ended) == [1, 2]
