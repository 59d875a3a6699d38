from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest

from components.kit.idempotency import once


def test_clicks_at_once_do_the_work_once_and_share_its_result():
    act, done, begun, go_on = str(uuid4()), [], Event(), Event()

    def work():
        begun.set()
        go_on.wait(30)
        done.append(1)
        return "secret"

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(once, act, work)
        begun.wait(30)
        others = [pool.submit(once, act, work) for _ in range(3)]
        go_on.set()
        assert {one.result(30) for one in (first, *others)} == {"secret"}
    assert len(done) == 1


def test_what_failed_may_be_tried_again_by_the_next_click():
    act = str(uuid4())
    with pytest.raises(ZeroDivisionError):
        once(act, lambda: 1 / 0)
    assert once(act, lambda: "done") == "done"


def test_an_act_without_result_is_still_done_only_once():
    act, done = str(uuid4()), []
    for _ in range(2):
        once(act, lambda: done.append(1))
    assert done == [1]
