"""Everything of a unit of work is committed, or nothing, and messages follow the commit."""

import pytest

from data.audit.table import AUDIT_LOG
from data.aws.conditions import absent
from data.aws.metering import metered
from data.aws.tables import create
from data.config.resources import PUBLISH_QUEUE
from data.core.errors import AlreadyThere
from data.core.permissions import Role
from data.jobs.table import JOBS
from data.notifications.models import PUBLISH
from data.storage.single_table import API_DASHBOARD

ITEM = {"PK": "THING", "SK": "ONE"}


@pytest.fixture
def ada(world):
    return world.person(Role.ADMIN, name="ada")


def insert(unit):
    unit.add(create(API_DASHBOARD, ITEM, when=absent(API_DASHBOARD), otherwise=AlreadyThere("Taken.")))


def fill(world, unit, ada):
    """Add one write of each kind, and return the list to which the commit adds a word."""
    followed = []
    insert(unit)
    world.services.audit.record(unit, ada, "came", entity=("thing", "one"))
    world.services.jobs.enqueue(unit, ada, PUBLISH, {})
    unit.after_commit(lambda: followed.append("followed"))
    return followed


def stored(world):
    found = world.dynamo.get(API_DASHBOARD, ITEM, consistent=True)
    return [*([ITEM] if found else []), *world.items(AUDIT_LOG), *world.items(JOBS)]


def messages(world):
    depth = world.services.jobs._queues.depth(PUBLISH_QUEUE)  # noqa: SLF001 - a message is seen in the queue alone
    return depth.waiting


def test_a_unit_commits_writes_records_and_jobs_and_then_sends_messages(world, ada):
    with world.begin() as unit:
        followed = fill(world, unit, ada)
        assert (stored(world), followed, messages(world)) == ([], [], 0)
    assert (len(stored(world)), followed, messages(world)) == (3, ["followed"], 1)


def test_an_error_in_the_block_commits_nothing(world, ada):
    followed = []

    def interrupted():
        with world.begin() as unit:
            followed.append(fill(world, unit, ada))
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert (stored(world), followed, messages(world)) == ([], [[]], 0)


@pytest.mark.parametrize("org_id", [None, "acme"])
def test_a_failed_condition_commits_nothing_and_raises_its_own_error(world, ada, org_id):
    with world.begin() as unit:
        insert(unit)
    followed = []

    def refused():
        with world.begin(org_id) as unit:
            followed.append(fill(world, unit, ada))

    with pytest.raises(AlreadyThere, match=r"Taken\."):
        refused()
    assert (stored(world), followed, messages(world)) == ([ITEM], [[]], 0)


def test_a_unit_without_writes_sends_no_request(world):
    with metered() as bill, world.begin():
        pass
    assert bill.calls == []
