"""Verification: one record of many that was edited, deleted, reordered or forged is named."""

import tracemalloc
from itertools import count, islice

import pytest

from data.audit.models import Flaw
from data.audit.record_seals import Link, Seals
from data.audit.repository import AuditRepository
from data.audit.table import AUDIT_LOG, chains_key
from data.audit.verification import Verification
from data.core.permissions import Role
from data.storage.single_table import API_DASHBOARD
from tests.audit.tampering import Trail, named


@pytest.fixture
def trail(world):
    found = Trail(world, world.person(Role.ADMIN, name="ada"))
    found.write(9)
    return found


@pytest.mark.parametrize(
    "edit", [{"action": "left"}, {"after": {"count": 4}}, {"createdAt": "2026-01-01T00:00:00.000Z"}]
)
def test_an_edited_record_is_named_with_its_time(trail, edit):
    item = trail.items()[3]
    trail.store({**item, **edit})
    (finding,) = trail.verify().findings
    assert (finding.flaw, finding.sequence, finding.log_id) == (Flaw.EDITED, 4, item["logId"])
    assert finding.at == {**item, **edit}["createdAt"]


def test_a_record_that_lost_its_link_counts_as_edited(trail):
    item = trail.items()[3]
    trail.store({name: value for name, value in item.items() if name != "link"} | {"action": "left"})
    assert named(trail.verify()) == [("edited", 4, item["logId"])]


def test_several_deleted_in_a_row_are_all_named(trail):
    for item in trail.items()[5:]:
        trail.delete(AUDIT_LOG, item)
    assert [(flaw, place) for flaw, place, _ in named(trail.verify())] == [("deleted", n) for n in (6, 7, 8, 9)]


def test_a_record_under_anothers_id_counts_as_reordered(trail):
    first, second = trail.items()[2:4]
    trail.store({**first, "logId": second["logId"]})
    trail.store({**second, "logId": first["logId"]})
    assert {flaw for flaw, _, _ in named(trail.verify())} == {"reordered"}


def test_a_record_of_a_chain_that_never_was_is_forged(trail):
    item = trail.items()[0]
    trail.store({**item, "logId": "forged", "link": {**item["link"], "chain": "CHAIN#nowhere-0"}})
    assert named(trail.verify()) == [("forged", 1, "forged")]


def test_a_record_behind_the_end_of_its_chain_is_forged(trail):
    item = trail.items()[0]
    trail.store({**item, "logId": "forged", "link": {**item["link"], "sequence": 99}})
    assert named(trail.verify()) == [("forged", 99, "forged")]


def test_a_head_put_back_with_its_tail_cut_is_noticed_if_changed(trail):
    (head,) = trail.heads()
    trail.world.store(API_DASHBOARD, {**head, "sequence": 8})
    assert [flaw for flaw, _, _ in named(trail.verify())] == ["end"]


def test_a_whole_chain_that_was_taken_away_is_missed(trail):
    (head,) = trail.heads()
    for item in trail.items():
        trail.delete(AUDIT_LOG, item)
    trail.delete(API_DASHBOARD, head)
    assert [finding.flaw for finding in trail.verify().findings] == [Flaw.CHAIN]


def test_a_list_of_chains_that_was_changed_is_noticed(trail):
    listed = trail.world.dynamo.get(API_DASHBOARD, chains_key("acme"))
    trail.world.store(API_DASHBOARD, {**listed, "latest": ""})
    assert [finding.chain for finding in trail.verify().findings] == ["CHAINS"]


def test_what_an_index_does_not_know_yet_is_not_missed(trail, monkeypatch):
    pages = AuditRepository.pages
    monkeypatch.setattr(AuditRepository, "pages", lambda *args: (page[:-3] for page in pages(*args)))
    verdict = trail.verify()
    assert verdict.intact
    assert verdict.examined == 9


def test_records_written_meanwhile_are_no_findings(trail, monkeypatch):
    pages = AuditRepository.pages

    def growing(*args):
        trail.write(3, thing="meanwhile")
        return pages(*args)

    monkeypatch.setattr(AuditRepository, "pages", growing)
    assert trail.verify().intact


def test_only_so_many_findings_are_listed_but_all_counted(world):
    trail = Trail(world, world.person(Role.ADMIN, name="ada"))
    trail.write_many(120)
    for item in trail.items():
        trail.store({**item, "userName": "Somebody else"})
    verdict = trail.verify()
    assert len(verdict.findings) == 100
    assert dict(verdict.counts) == {Flaw.EDITED: 120}


@pytest.mark.parametrize("turns", [(1, 3, 7), (4, 0, 8), (0, 1, 5), (3, 4, 6)])
def test_records_are_judged_alike_in_whichever_order_they_come(trail, monkeypatch, turns):
    items, pages = trail.items(), AuditRepository.pages
    trail.delete(AUDIT_LOG, items[2])
    trail.store({**items[5], "action": "left"})

    def shuffled(*args):
        found = [item for page in pages(*args) for item in page]
        for turn in turns:
            found = [*found[turn::2], *found[:turn], *found[turn + 1 :: 2]]
        return [found[:4], found[4:]]

    monkeypatch.setattr(AuditRepository, "pages", shuffled)
    assert named(trail.verify()) == [("deleted", 3, items[2]["logId"]), ("edited", 6, items[5]["logId"])]


def endless(seals):
    """The records of a chain as they are read, each with strings of its own."""
    link, log_id = Link("CHAIN#long-0"), ""
    for sequence in count(1):
        item = {"logId": f"record-{sequence}", "createdAt": f"2026-01-01T00:00:{sequence:012}Z", "action": "came"}
        link, log_id = seals.linked(item, Link(link.chain, sequence, link.mac, log_id)), item["logId"]
        yield item | {"link": link.to_item()}


def test_records_that_are_intact_take_no_room():
    seals = Seals(b"a secret of tests that is long enough")
    head = seals.sealed({"sequence": 1_000_000})
    under_way, records = Verification(seals, {"CHAIN#long-0": head}, None), endless(seals)
    under_way.look(islice(records, 3_000))  # by then the interpreter has what it keeps for itself
    tracemalloc.start()
    try:
        under_way.look(islice(records, 3_000))
        assert tracemalloc.get_traced_memory()[0] < 30 * 1_024
    finally:
        tracemalloc.stop()
    assert under_way.examined == 6_000
