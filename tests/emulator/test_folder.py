"""What an engine takes before it serves: lock, key, port."""

import json
from contextlib import closing
from shutil import copytree

from data.emulator.engine import FILE, remember
from data.emulator.folder import take
from data.emulator.process import attach
from tests.engines import running_engine


def taken(folder):
    """The engine that takes `folder`, and lets it go again."""
    hold = take(folder)
    with closing(hold.socket), closing(hold.lock):
        remember(folder, hold.engine)
        return hold.engine


def test_a_copy_of_a_folder_is_another_engine_and_not_that_of_the_original(tmp_path):
    one, copy = tmp_path / "one", tmp_path / "copy"
    with running_engine(one) as first:
        copytree(one, copy)
        assert attach(copy) is None
        with running_engine(copy) as second:
            assert (attach(one), attach(copy)) == (first, second)


def test_a_copy_takes_neither_key_nor_port_of_an_original_that_is_down(tmp_path):
    """Or the dashboard of the original, which looks for its engine there, would write into the copy."""
    one, copy = tmp_path / "one", tmp_path / "copy"
    first = taken(one)
    copytree(one, copy)
    second = taken(copy)
    assert second.port != first.port
    assert {second.access_key_id, second.secret_access_key}.isdisjoint({first.access_key_id, first.secret_access_key})
    assert (taken(copy).port, taken(copy).access_key_id) == (second.port, second.access_key_id)


def test_a_folder_that_was_moved_or_is_of_before_keeps_key_and_port(tmp_path):
    first = taken(tmp_path / "one")
    moved = (tmp_path / "one").rename(tmp_path / "moved")
    told = json.loads((moved / FILE).read_text())
    assert (taken(moved).port, taken(moved).access_key_id) == (first.port, first.access_key_id)
    (moved / FILE).write_text(json.dumps({name: told[name] for name in told if name != "folder"}))
    assert (taken(moved).port, taken(moved).access_key_id) == (first.port, first.access_key_id)
