"""Jobs on Health: what failed says why and can be tried again, what waits is shown with its progress."""

from data.core.errors import NotPermitted, Unavailable
from data.jobs.models import JobState
from tests.screens import click, given, rows, screen, words


def test_a_failed_job_is_tried_again_from_health(shop):
    shop.acts = [NotPermitted("Not any more.")]
    job = shop.ask()
    shop.drain()
    opened = screen(shop.world, shop.ann, "health")
    assert "Failed jobs" in words(opened)
    assert "Not any more. · 1 attempt" in words(opened)
    click(opened, "Retry")
    assert "Failed jobs" not in words(opened)
    assert "The job is queued again." in words(opened)
    shop.drain()
    assert shop.now(job).state is JobState.DONE


def test_a_job_that_waits_for_another_attempt_says_why(shop):
    shop.acts = [Unavailable("The store is away.")]
    shop.ask()
    shop.drain()
    opened = screen(shop.world, shop.ann, "health")
    (shown,) = given(rows(opened, "health_running")[0])["rows"]
    assert (shown["cells"]["kind"], shown["cells"]["attempts"]) == ("Rehearsal", "1")
    assert shown["cells"]["state"]["word"] == "Again: The store is away."
