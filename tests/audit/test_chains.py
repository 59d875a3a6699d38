"""The chains that records are sealed in: what is linked to what, and what happens where a commit goes wrong."""

from decimal import Decimal

import pytest

from data.audit.hash_chains import Chains
from data.audit.table import AUDIT_LOG, chains_key
from data.aws.conditions import absent
from data.aws.dynamodb import Dynamo
from data.aws.metering import metered
from data.aws.tables import create
from data.core.errors import AlreadyThere, OutcomeUnknown, Unavailable
from data.core.permissions import Role
from data.runtime.wiring import Wiring
from data.storage.single_table import API_DASHBOARD
from data.users.models import EditPerson
from tests.audit.tampering import Trail
from tests.conftest import CHEAP, SECRET

WRITE = vars(Dynamo)["_write"]


@pytest.fixture
def trail(world):
    return Trail(world, world.person(Role.ADMIN, name="ada"))


def test_each_record_is_linked_to_the_one_before(trail):
    trail.write(3)
    first, second, third = trail.items()
    assert [item["link"]["sequence"] for item in (first, second, third)] == [1, 2, 3]
    assert second["link"]["previous"] == first["link"]["mac"]
    assert third["link"]["follows"] == second["logId"]
    (head,) = trail.heads()
    assert (head["sequence"], head["mac"], head["logId"]) == (3, third["link"]["mac"], third["logId"])
    assert trail.verify().intact


def test_several_records_of_a_commit_keep_their_order(trail):
    with trail.world.begin() as unit:
        trail.record(unit, "one")
        trail.record(unit, "two")
    assert [item["entityId"] for item in trail.items()] == ["one", "two"]
    assert trail.verify().intact


def test_a_commit_costs_one_item_more_and_no_read(trail):
    trail.write(1)
    with metered() as bill:
        trail.write(1, thing="next")
    assert [call.operation for call in bill.calls] == ["transact_write_items"]


def test_a_record_that_cannot_be_written_undoes_the_change(trail, monkeypatch):
    bob = trail.world.person(Role.USER, name="bob")
    monkeypatch.setattr(Chains, "_opened", _unavailable)
    with pytest.raises(Unavailable):
        trail.world.services.users.edit(trail.ada, "bob", EditPerson.of(department="Trust"))
    assert trail.world.services.directory.get(trail.ada, bob.user_id).user.department is None
    assert trail.items() == []


def _unavailable(*_):
    raise Unavailable("The data store does not answer. Nothing was changed; try again.")


def test_a_refused_change_leaves_the_chain_as_it_was(trail):
    trail.write(1)
    taken = create(API_DASHBOARD, chains_key("acme"), when=absent(API_DASHBOARD), otherwise=AlreadyThere("Taken."))
    with pytest.raises(AlreadyThere):  # noqa: PT012, SIM117 - a unit of work is a block
        with trail.world.begin() as unit:
            unit.add(taken)
            trail.record(unit, "refused")
    trail.write(1, thing="next")
    assert [item["link"]["sequence"] for item in trail.items()] == [1, 2]
    assert len(trail.heads()) == 1
    assert trail.verify().intact


def lost(*, made, write=WRITE):
    """A write whose answer is lost; `made`: it was done all the same."""

    def call(*arguments):
        if made:
            write(*arguments)
        raise OutcomeUnknown("We could not confirm this.")

    return call


@pytest.mark.parametrize("made", [True, False])
def test_a_lost_answer_leaves_the_chain_for_another(trail, monkeypatch, made):
    trail.write(2)
    with monkeypatch.context() as broken:
        broken.setattr(Dynamo, "_write", lost(made=made))
        with pytest.raises(OutcomeUnknown):
            trail.write(1, thing="lost")
    trail.write(2, thing="next")
    assert [head["sequence"] for head in trail.heads()] == [2 + made, 2]
    verdict = trail.verify()
    assert verdict.intact
    assert verdict.sealed == 4 + made


def test_a_head_that_somebody_moved_is_left_unharmed(trail):
    trail.write(1)
    (head,) = trail.heads()
    trail.world.store(API_DASHBOARD, {**head, "sequence": 7})
    trail.write(1, thing="next")
    assert [head["sequence"] for head in trail.heads()] == [7, 1]
    assert not trail.verify().intact


def test_wirings_of_one_process_share_the_chains(trail):
    world = trail.world
    trail.write(1)
    other = world.wire()
    other.audit.log(trail.ada, "came", entity=("thing", "other"))
    assert len(trail.heads()) == 1
    assert trail.verify().intact


def test_another_process_run_opens_its_own_chain(trail):
    world = trail.world
    trail.write(1)
    other = Wiring(world.settings, world.clients, secret=SECRET.encode(), passwords=CHEAP)()
    other.audit.log(trail.ada, "came", entity=("thing", "other"))
    first, second = trail.heads()
    assert second["after"] == first["SK"]
    assert trail.verify().intact


def test_records_from_before_sealing_are_counted_not_blamed(trail):
    trail.write(2)
    trail.store({name: value for name, value in trail.items()[0].items() if name != "link"} | {"logId": "old"})
    verdict = trail.verify()
    assert verdict.intact
    assert (verdict.examined, verdict.sealed, verdict.unsealed) == (3, 2, 1)
    assert verdict.newest_unsealed is not None


def test_a_changed_secret_is_told_from_a_changed_trail(trail):
    world = trail.world
    trail.write(3)
    other = Wiring(world.settings, world.clients, secret=b"another" * 8, passwords=CHEAP)(clock=world.clock)
    verdict = other.audit.verify(trail.ada, lambda *_: None)
    assert dict(verdict.counts) == {"key": 1}
    other.audit.log(trail.ada, "came", entity=("thing", "other"))
    assert dict(other.audit.verify(trail.ada, lambda *_: None).counts) == {"key": 1}


def test_every_kind_of_value_verifies_after_it_was_stored(trail):
    details = {"none": None, "yes": True, "number": 10, "exact": Decimal("12.50"), "big": Decimal("1E+30")}
    details |= {
        "nested": {"list": [1, "1", [], {}], "empty": ""},
        "set": {"b", "a"},
        "bytes": b"\x00\xff",
        "ü": "ß\u2028",
    }
    trail.world.services.audit.log(trail.ada, "came", entity=("thing", "x"), details=details)
    assert trail.verify().intact
    assert AUDIT_LOG.key == ("logId",)
