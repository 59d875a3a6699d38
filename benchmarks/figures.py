"""The tables of the README, made of results.json, so that no figure is typed.   python -m benchmarks.figures"""

from collections.abc import Iterator
from typing import Any

from benchmarks.record import ROOT, Kind, recorded

BEGIN, END = "<!-- figures: written by python -m benchmarks.figures -->", "<!-- /figures -->"
README = ROOT / "README.md"


def told(readme: str) -> str:
    """The README with the figures that were recorded last."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def tables() -> str:
    """Both tables: what `make bench` measured, and what `make soak` proved."""
    stored = recorded()
    return "\n\n".join("\n".join(_table(kind, stored[kind])) for kind in ("bench", "soak") if stored[kind])


def _table(kind: Kind, parts: dict[str, Any]) -> Iterator[str]:
    yield f"| {'measured' if kind == 'bench' else 'proved'} | figure | aim | command | when, commit, where, took |"
    yield "|---|---|---|---|---|"
    for part in parts.values():
        where = [f"`{part['command']}`", _where(part)]
        for number, figure in enumerate(part["figures"]):
            yield "| " + " | ".join([*_cells(figure), *(where if number == 0 else ["", ""])]) + " |"


def _cells(figure: dict[str, Any]) -> list[str]:
    missed = ", **missed**" if figure["met"] == "missed" else ""
    number = f"{figure['figure']:,}".removesuffix(".0")
    return [figure["name"], f"{number} {figure['unit']}".strip(), f"{figure['aim']}{missed}"]


def _where(part: dict[str, Any]) -> str:
    seconds = part["seconds"]
    took = [f"{seconds / 60:.0f} min" if seconds >= 100 else f"{seconds} s"] if seconds else []
    return ", ".join([part["date"], part["commit"], f"{part['cores']} cores", *took])


def main() -> None:
    README.write_text(told(README.read_text()))


if __name__ == "__main__":
    main()
