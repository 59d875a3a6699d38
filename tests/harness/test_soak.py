"""The long proofs: a run that is stopped goes on where it was, and one that fails says so."""

from collections import Counter
from functools import partial
from importlib import import_module

import pytest

from benchmarks import record
from benchmarks.result import Result
from benchmarks.soak import __main__ as soak
from benchmarks.soak import emulator, processes
from benchmarks.soak.part import Broken, Part
from benchmarks.soak.progress import Progress
from benchmarks.soak.proofs import proved
from tests.dashboards import ROOT

PROOF = """
def test_something_that_is_counted(record_property):
    record_property("rounds", 3)
"""
NO_PROOF = """
def test_something_that_does_not_hold():
    assert 2 == 3
"""


def part(**chunks):
    return Part(chunks, lambda total: [Result("rounds", total["rounds"], "", 6, least=True)], at_once=1)


@pytest.fixture
def progress(tmp_path):
    return partial(Progress, tmp_path / "part.json", commit="a1b2c3", chunks=["one", "two"])


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Let `make soak PART=races` be a part of the test's, on a results file of the test's; gives that file."""
    results = tmp_path / "results.json"
    results.write_text('{"bench": {}, "soak": {}}')
    monkeypatch.setattr(record, "RESULTS", results)
    monkeypatch.setattr(soak, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(soak, "tell", lambda: None)

    def install(made):
        monkeypatch.setattr(soak, "part_of", lambda _, __: made)
        return results

    return install


def stopping():
    raise KeyboardInterrupt


def breaking():
    raise Broken("two and two made five")


def test_every_part_of_the_soak_has_chunks():
    for name in soak.NAMES:
        assert import_module(f"benchmarks.soak.{name}").part(1).chunks


def test_every_test_that_only_the_soak_runs_belongs_to_a_part():
    mark = "pytest.mark." + "soak"
    marked = {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.py") if mark in path.read_text()}
    assert marked == {*emulator.FILES, *processes.FILES}


@pytest.mark.parametrize("name", soak.NAMES)
def test_every_part_is_in_the_document_and_the_makefile(name):
    assert f"| `{name}` |" in (ROOT / "docs" / "benchmarks.md").read_text()
    assert name in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("words", [[], ["nonsense"], ["races", "nonsense"]])
def test_no_such_part_is_refused_with_the_names(words, capsys):
    assert soak.main(words) == 2
    assert "kills|api|races|clicks|mutate|imports|emulator|processes|all" in capsys.readouterr().err


def test_a_part_that_holds_is_recorded_and_forgotten(installed, tmp_path):
    results = installed(part(one=lambda: {"rounds": 2}, two=lambda: {"rounds": 4}))
    assert soak.main(["races"]) == 0
    assert '"figure": 6' in results.read_text()
    assert not list((tmp_path / "kept").rglob("*.json"))


def test_a_part_fails_when_a_proof_of_it_fails(installed, capsys):
    results = installed(part(one=lambda: {"rounds": 6}, two=breaking))
    assert soak.main(["races"]) == 1
    assert "two failed:\ntwo and two made five" in capsys.readouterr().err
    assert '"met": "missed"' in results.read_text()


def test_a_part_fails_when_it_counted_too_little(installed):
    installed(part(one=lambda: {"rounds": 2}))
    assert soak.main(["races"]) == 1


def test_no_chunk_is_begun_after_one_that_failed(progress):
    begun = []
    broken = part(one=breaking, two=lambda: begun.append("two") or {}, three=lambda: begun.append("three") or {})
    soak.run("races", broken, progress(chunks=["one", "two", "three"]))
    assert begun == []


def test_what_was_stopped_goes_on_where_it_was(installed):
    done = []
    chunks = {"one": lambda: done.append("one") or {"rounds": 2}, "two": stopping}
    installed(part(**chunks))
    assert soak.main(["races"]) == 130
    installed(part(**chunks | {"two": lambda: done.append("two") or {"rounds": 4}}))
    assert soak.main(["races"]) == 0
    assert done == ["one", "two"]


def test_what_another_commit_proved_counts_for_nothing(progress):
    progress().note("one", {"rounds": 3}, 20)
    assert progress().left == ["two"]
    assert progress().total == Counter(rounds=3)
    assert progress(commit="d4e5f6").left == ["one", "two"]


def test_tests_run_as_proofs_tell_their_counts(tmp_path):
    (tmp_path / "test_proof.py").write_text(PROOF)
    assert proved([str(tmp_path / "test_proof.py")], {}) == {"rounds": 3, "tests": 1}


def test_a_failing_test_breaks_its_proof_in_words(tmp_path):
    (tmp_path / "test_proof.py").write_text(NO_PROOF)
    with pytest.raises(Broken, match="assert 2 == 3") as broken:
        proved([str(tmp_path / "test_proof.py")], {"LONG": "1"})
    assert str(broken.value).startswith("LONG=1 pytest ")
