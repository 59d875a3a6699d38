"""Each `authorise` call is needed: without it, somebody gets what the hand-written table refuses them."""

import os
from itertools import islice

import pytest

from tests.security.mutants import calls_outside_methods, sites, without
from tests.security.test_permissions import ASKED, CALLED, asked, called, status_of

LONG = os.environ.get("PROOFS") == "long"  # looks at the whole table for each, not only until somebody gets in
SLICE, SLICES = map(int, os.environ.get("MUTANTS", "0/1").split("/"))
# Asked twice on the way, and so not missed when one of the two is gone: both stay, each where its method begins.
TWICE = {
    "SessionService.create_token-authorise-0": "`_person` asks the same for oneself",
    "_Glance._check-authorise-0": "who may change somebody may read them, and `editable` asks for that next",
}
# Without a hole the whole table is looked at, which takes as long as all others together.
SITES = [site for site in sites() if LONG or str(site) not in TWICE]


def refused(cells):
    """Those whom the table refuses, each with the answer."""
    return [(who, cell) for who, cell in cells.items() if cell in ("403", "404")]


def likely_first(site, row):
    """Return the order in which rows are tried: those that the mutated call probably serves come first."""
    what, _, cells = row
    task = site.owner.endswith("Task")
    return (
        "clerk" in cells if site.called != "authorise_admin_change" else "clerk" not in cells,
        what.endswith(".done") != task,
        site.method not in what,
        what.split(".")[0].replace("_", "") not in site.owner.lower() + site.module,
    )


def holes(stage, site):
    """What somebody gets against the table; rows that the mutated call probably serves are tried first."""
    table = sorted(CALLED, key=lambda row: likely_first(site, row))
    for what, about, cells in table:
        for asker, expected in refused(cells):
            status, _ = called(stage, what, about, asker)
            if stage.put_back() or status != expected:
                yield what, about, asker


@pytest.mark.parametrize("site", SITES[SLICE::SLICES], ids=str)
def test_without_any_one_question_somebody_gets_in(stage, site, record_property):
    with without(site):
        found = list(islice(holes(stage, site), None if LONG else 1))
    record_property("mutants", 1)
    record_property("red cells", len(found))
    record_property("asked twice", int(str(site) in TWICE))
    assert (not found) == (str(site) in TWICE)


def test_with_all_questions_nobody_gets_in(stage):
    what, about, cells = next(row for row in ASKED if row[:2] == ("rename", "beside"))
    for asker, expected in refused(cells):
        assert status_of(asked(stage, what, about, asker)) == expected
    assert not stage.put_back()


def test_all_questions_stand_in_methods():
    assert calls_outside_methods() == []
    assert TWICE.keys() <= set(map(str, sites()))
