from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from pandas import DataFrame

from data.aws.metering import metered
from data.storage.pagination import Page
from data.storage.read_cache import LASTING, ReadCache


def counted(loads, value="value"):
    def load():
        loads.append(value)
        return value

    return load


def test_what_was_read_is_handed_out_again_as_it_is():
    cache, loads, value = ReadCache(), [], object()
    with metered() as bill:
        assert cache.read("key", {"tag"}, counted(loads, value)) is value
        assert cache.read("key", {"tag"}, counted(loads, value)) is value
    assert len(loads) == 1
    assert bill.hits == 1


def test_many_askers_at_once_load_once():
    cache, loads, together = ReadCache(), [], Barrier(8)

    def ask(_):
        together.wait()
        return cache.read("key", {"tag"}, counted(loads))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"value"}
    assert len(loads) == 1


def test_a_write_drops_what_carries_its_tags_and_no_more():
    cache, loads = ReadCache(), []
    for key, tags in (("ann", {"acme", "users"}), ("bob", {"globex", "users"}), ("settings", {"acme"})):
        cache.read(key, tags, counted(loads, key))
    cache.drop("acme", "nothing")
    for key in ("ann", "bob", "settings"):
        cache.read(key, {"x"}, counted(loads, key))
    assert loads == ["ann", "bob", "settings", "ann", "settings"]


def test_who_asks_after_a_write_never_gets_what_was_read_before():
    cache, started, go_on, loads = ReadCache(), Event(), Event(), []

    def slow():
        started.set()
        go_on.wait(30)
        return "old"

    with ThreadPoolExecutor(4) as pool:
        before = pool.submit(cache.read, "key", {"tag"}, slow)
        started.wait(30)
        cache.drop("tag")
        after = [pool.submit(cache.read, "key", {"tag"}, counted(loads, "new")) for _ in range(3)]
        assert [reading.result() for reading in after] == ["new"] * 3
        go_on.set()
        assert before.result() == "old"
    assert cache.read("key", {"tag"}, counted(loads, "new")) == "new"
    assert len(loads) == 1


def test_who_waited_for_a_read_that_was_overtaken_reads_again():
    cache, started, waiting, go_on, loads = ReadCache(), Event(), Event(), Event(), []

    def slow():
        started.set()
        go_on.wait(30)
        return "old"

    def ask():
        waiting.set()
        return cache.read("key", {"tag"}, counted(loads, "new"))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.read, "key", {"tag"}, slow)
        started.wait(30)
        second = pool.submit(ask)
        waiting.wait(30)
        cache.drop("tag")
        go_on.set()
        assert (first.result(), second.result()) == ("old", "new")


def test_a_failed_read_is_raised_to_all_and_not_remembered():
    cache, started, go_on = ReadCache(), Event(), Event()

    def fail():
        started.set()
        go_on.wait(30)
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(cache.read, "key", {"tag"}, fail)
        started.wait(30)
        go_on.set()
        with pytest.raises(ZeroDivisionError):
            reading.result()
    assert cache.read("key", {"tag"}, lambda: "value") == "value"


def test_nothing_outlives_its_time_or_fills_the_memory():
    now, loads = [0.0], []
    cache = ReadCache(records=3, timer=lambda: now[0])
    cache.read("key", (), counted(loads))
    now[0] = LASTING - 1
    cache.read("key", (), counted(loads))
    assert len(loads) == 1
    now[0] = LASTING
    cache.read("key", (), counted(loads))
    assert len(loads) == 2
    small = ReadCache(records=3)
    for key in range(10):
        small.read(key, (), counted(loads, key))
    small.read(0, (), counted(loads, "again"))
    assert loads[-1] == "again"


@pytest.mark.parametrize(("many", "kept"), [(1, 10), (4, 2), (10, 1), (11, 0)])
def test_memory_is_bounded_by_the_records_that_values_hold(many, kept):
    cache, loads, page = ReadCache(records=10), [], Page(tuple(range(many)), None, many)
    for key in range(20):
        assert cache.read(key, (), counted(loads, page)) is page
    loads.clear()
    for key in reversed(range(20)):
        cache.read(key, (), counted(loads, page))
        if loads:
            break
    assert 19 - key == kept


def test_none_is_an_answer_like_any_other():
    cache, loads = ReadCache(), []
    assert cache.read("key", (), counted(loads, None)) is None
    assert cache.read("key", (), counted(loads, None)) is None
    assert len(loads) == 1


def test_a_reader_says_how_long_a_value_is_kept():
    now, loads = [0.0], []
    cache = ReadCache(timer=lambda: now[0])
    for moment in (0.0, 0.9, 1.0):
        now[0] = moment
        cache.read("key", (), counted(loads), seconds=lambda: 1.0)
    assert len(loads) == 2


def test_a_frame_is_handed_out_as_one_of_ones_own():
    cache, frame = ReadCache(), DataFrame({"a": [1, 2]})
    for _ in range(2):
        mine = cache.read("key", (), lambda: frame)
        assert list(mine.columns) == ["a"]
        mine["b"] = 3
        mine.loc[0, "a"] = 9
    assert frame.to_dict("list") == {"a": [1, 2]}
