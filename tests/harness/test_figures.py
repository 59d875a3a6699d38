"""The figures of the documents are those that were measured, word for word."""

import json
import re

import pytest

from benchmarks import record
from benchmarks.__main__ import NAMES, main
from benchmarks.figures import BENCHMARKS, QUOTED, README, documents
from benchmarks.record import ROOT, WRITTEN, recorded
from benchmarks.result import Result


@pytest.mark.parametrize("path", [README, BENCHMARKS], ids=["README.md", "benchmarks.md"])
def test_the_figures_of_the_documents_are_those_recorded(path):
    assert path.read_text() == documents()[path], "Run: python -m benchmarks.figures"


def test_the_readme_quotes_five_figures():
    assert len(QUOTED) == 5


def test_what_figures_are_written_to_does_not_change_the_commit():
    for path in documents():
        assert f":!{path.relative_to(ROOT)}" in WRITTEN


@pytest.mark.parametrize("name", NAMES)
def test_every_part_of_the_bench_is_in_the_document(name):
    assert f"| `{name}` |" in BENCHMARKS.read_text()


def test_the_document_explains_each_missed_aim():
    missed = {
        part
        for parts in recorded().values()
        for part, entry in parts.items()
        if any(figure["met"] == "missed" for figure in entry["figures"])
    }
    section = BENCHMARKS.read_text().partition("## Missed aims\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^- `([a-z_]+)`:", section, re.MULTILINE)) == missed


def test_each_recorded_figure_says_where_it_comes_from():
    for kind, parts in recorded().items():
        for part, entry in parts.items():
            assert entry["command"] == f"make {kind} PART={part}"
            assert entry["date"]
            assert entry["commit"]


def test_every_part_of_the_bench_is_a_module():
    assert [name for name in NAMES if not (ROOT / "benchmarks" / f"{name}.py").exists()] == []


def test_a_part_that_is_none_is_refused_with_the_names(capsys):
    assert main(["nonsense"]) == 2
    assert NAMES[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("result", "aim", "met"),
    [
        (Result("at most", 2.1, "s", 2), "≤ 2 s", "missed"),
        (Result("at most", 1999, "", 2000), "≤ 2,000", "met"),
        (Result("at least", 3.9, "s", 4, least=True), "≥ 4 s", "missed"),
        (Result("at least", 4, "s", 4, least=True), "≥ 4 s", "met"),
        (Result("stated", 4, "ms"), "", ""),
    ],
)
def test_a_figure_is_judged_by_its_own_aim(result, aim, met):
    assert (result.aim, result.met) == (aim, met)


def test_what_a_part_measured_before_is_replaced(tmp_path, monkeypatch):
    results = tmp_path / "results.json"
    results.write_text('{"bench": {}, "soak": {}}')
    monkeypatch.setattr(record, "RESULTS", results)
    record.record("bench", "reruns", [Result("an old figure", 3, "ms"), Result("another", 1, "ms")], 9)
    record.record("bench", "reruns", [Result("a new figure", 2, "ms")], 7.4)
    stored = json.loads(results.read_text())["bench"]["reruns"]
    assert [figure["name"] for figure in stored["figures"]] == ["a new figure"]
    assert stored["seconds"] == 7
