"""Writes the figures of results.json into the documents, so that no figure is typed.   python -m benchmarks.figures"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.record import ROOT, Kind, recorded

BEGIN, END = "<!-- figures: written by python -m benchmarks.figures -->", "<!-- /figures -->"
README: Final = ROOT / "README.md"
BENCHMARKS: Final = ROOT / "docs" / "benchmarks.md"
QUOTED: Final[Mapping[tuple[Kind, str, str], str]] = {  # (kind, part, name of the figure) → its words in the README
    ("bench", "clicking", "20 people clicking once a second on Users, p95"): (
        "20 users who each click once per second on Users: 95th percentile of a click"
    ),
    ("bench", "cache", "search among 100,000 people, by words that few have"): "Search among 100,000 users",
    ("bench", "memory", "dashboard with 100,000 people in its projection: memory"): (
        "Memory of a dashboard with 100,000 users"
    ),
    ("bench", "reruns", "empty page in our shell over an empty Streamlit page, wall"): (
        "An empty page, compared with an empty Streamlit page"
    ),
    ("soak", "kills", "kill -9 under concurrent writes, nothing acknowledged lost"): (
        "Kills of the emulator under concurrent writes without a lost write"
    ),
}


def documents() -> dict[Path, str]:
    """Return the documents that contain figures, with the figures that were recorded last."""
    return {
        README: _between_markers(README.read_text(), quoted_figures()),
        BENCHMARKS: _between_markers(BENCHMARKS.read_text(), tables()),
    }


def quoted_figures() -> str:
    """Return the table of the README. Raises KeyError for a figure that is not recorded."""
    stored = recorded()
    lines = ["| figure | result | aim |", "|---|---|---|"]
    for (kind, part, name), words in QUOTED.items():
        figures = {figure["name"]: figure for figure in stored[kind][part]["figures"]}
        lines.append(_row([words, *_cells(figures[name])[1:]]))
    source = "[docs/benchmarks.md](docs/benchmarks.md) has all figures with their dates, and explains missed aims."
    return "\n".join([*lines, "", source])


def tables() -> str:
    """Return both tables: the results of `make bench` and of `make soak`."""
    stored = recorded()
    return "\n\n".join("\n".join(_table(kind, stored[kind])) for kind in ("bench", "soak") if stored[kind])


def _between_markers(document: str, text: str) -> str:
    """Return the document with `text` between the markers. Raises ValueError if it has no markers."""
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def _table(kind: Kind, parts: dict[str, Any]) -> Iterator[str]:
    yield _row(
        ["measured" if kind == "bench" else "proved", "figure", "aim", "command", "when, commit, where, duration"]
    )
    yield "|---|---|---|---|---|"
    for part in parts.values():
        source = [f"`{part['command']}`", _source(part)]
        for number, figure in enumerate(part["figures"]):
            yield _row([*_cells(figure), *(source if number == 0 else ["", ""])])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(figure: dict[str, Any]) -> list[str]:
    missed = ", **missed**" if figure["met"] == "missed" else ""
    number = f"{figure['figure']:,}".removesuffix(".0")
    return [figure["name"], f"{number} {figure['unit']}".strip(), f"{figure['aim']}{missed}"]


def _source(part: dict[str, Any]) -> str:
    seconds = part["seconds"]
    took = [f"{seconds / 60:.0f} min" if seconds >= 100 else f"{seconds} s"] if seconds else []
    return ", ".join([part["date"], part["commit"], f"{part['cores']} cores", *took])


def main() -> None:
    for path, text in documents().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
