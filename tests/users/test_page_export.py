"""The export on Users: who is offered it, and what they see until they have the file."""

import pytest

from data.aws.s3 import Objects
from data.config.resources import FILES_QUEUE
from data.core.errors import InvalidInput
from data.core.permissions import Role
from data.jobs.models import JobState
from data.jobs.repository import JobRepository
from tests.screens import click, html_of, labels, screen, words


def jobs_of(world):
    return JobRepository(world.dynamo).list_newest("acme", limit=10)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MANAGER, Role.ADMIN])
def test_only_those_who_see_addresses_may_export(world, role):
    opened = screen(world, world.person(role), "users")
    assert ("Export CSV" in labels(opened)) == (role is not Role.ANALYST)


def test_what_is_filtered_is_what_comes(world):
    world.person(Role.USER, name="tim", department="Design")
    opened = screen(world, world.person(Role.MANAGER), "users", users_department="Design", users_status="all")
    click(opened, "Export CSV")
    assert "Your file is being made" in words(opened)
    assert "waits for the worker" in words(opened)
    world.services.worker.turn(FILES_QUEUE)
    opened.run()
    said = words(opened)
    assert "people-2026-11-21.csv" in said
    assert "1 person" in said
    (job,) = jobs_of(world)
    assert f'href="/files/people/{job.job_id}"' in html_of(opened)
    assert job.input["filter"] == {"departments": ["Design"]}
    click(opened, "Done")
    assert "people-2026-11-21.csv" not in words(opened)


def test_a_failed_export_says_why_and_can_be_retried(world, monkeypatch):
    def full(*_args, **_kwargs):
        raise InvalidInput({"": "This is too large to be stored."})

    opened = screen(world, world.person(Role.ADMIN), "users")
    click(opened, "Export CSV")
    with monkeypatch.context() as broken:
        broken.setattr(Objects, "put", full)
        world.services.worker.turn(FILES_QUEUE)
    opened.run()
    assert "Your file could not be made This is too large to be stored." in words(opened)
    click(opened, "Retry")
    world.services.worker.turn(FILES_QUEUE)
    opened.run()
    assert "people-2026-11-21.csv" in words(opened)
    (job,) = jobs_of(world)
    assert job.state is JobState.DONE


def test_too_many_at_once_are_refused_in_words(world):
    opened = screen(world, world.person(Role.ADMIN), "users")
    for _ in range(4):
        click(opened, "Export CSV")
    assert len(jobs_of(world)) == 3
    assert "You have 3 exports under way" in words(opened)
