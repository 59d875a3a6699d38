"""What one asked the worker for, on Settings: found again from anywhere, for as long as it is kept."""

import pytest

from data.aws.s3 import Objects
from data.config.resources import FILES_QUEUE
from data.core.errors import Conflict
from data.core.permissions import Role
from data.jobs.models import KEPT
from data.users.filters import UserFilter
from data.users.models import EditPerson
from tests.screens import html_of, screen, words


def page(world, person):
    return screen(world, person, "settings", section="work")


def worked_off(world):
    while world.services.worker.turn(FILES_QUEUE):
        pass


def test_a_file_is_found_again_and_fetched(world):
    ada = world.person(Role.ADMIN, name="ada")
    job = world.services.exports.request(ada, UserFilter())
    assert "Export of people" in words(page(world, ada))
    assert "Waiting" in words(page(world, ada))
    worked_off(world)
    assert "Export of people 1 row" in words(page(world, ada))
    assert f'href="/files/people/{job.job_id}"' in html_of(page(world, ada))
    world.clock.pass_(days=KEPT.days + 1)
    assert "Export of people" not in words(page(world, ada))


def test_a_change_of_many_is_found_again_with_its_way_back(world):
    ada, tim = world.person(Role.ADMIN, name="ada"), world.person(Role.USER, name="tim")
    command = EditPerson.of(department="Design")
    batch = world.services.batches.plan_change(ada, [tim.user_id], command, title="Department of 1 person")
    world.services.batches.apply(ada, batch.batch_id)
    opened = page(world, ada)
    assert "Department of 1 person People changed together" in words(opened)
    assert f'href="batch?id={batch.batch_id}"' in html_of(opened)


def test_a_file_that_could_not_be_made_says_why(world, monkeypatch):
    bob = world.person(Role.MANAGER, name="bob")
    world.services.exports.request(bob, UserFilter())
    monkeypatch.setattr(Objects, "put", full)
    worked_off(world)
    said = words(page(world, bob))
    assert "The store takes no more files." in said
    assert "Failed" in said


def full(*_args, **_more):
    raise Conflict("The store takes no more files.")


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_may_ask_for_such_have_the_section(world, role):
    opened = screen(world, world.person(role), "settings")
    offered = {option.content for group in opened.get("button_group") for option in group.proto.options}
    assert ("Files and changes" in offered) is (role in {Role.MANAGER, Role.ADMIN})


def test_nobody_sees_what_others_asked_for(world):
    ada, eve = world.person(Role.ADMIN, name="ada"), world.person(Role.ADMIN, name="eve")
    world.services.exports.request(ada, UserFilter())
    assert "listed here once you ask for one" in words(page(world, eve))
