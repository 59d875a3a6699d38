"""Counts words that our style bans, in prose: documents, comments, docstrings, string literals and UI text.

`python -m tests.banned_words` lowers the allow-list to what is found; it never raises a number.
"""

import io
import json
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALLOWED = ROOT / "tests" / "banned_words.json"
OWN = {"tests/banned_words.py", "tests/test_style.py"}  # must contain them
WORDS = (
    *("somebody", "nobody", "everybody", "whoever", "whom", "anew", "told", "mend", "mends", "mended", "heard"),
    *("just now", "as good as", "any more"),
)
BANNED = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
EXPRESSION = re.compile(r"\{[^{}]*\}")
PROSE = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
ENDINGS = {".css", ".csv", ".html", ".js", ".md", ".py", ".service", ".sh", ".toml", ".txt", ".yaml", ".yml", ""}


def counts() -> dict[str, int]:
    """Return how many banned words each file has, for files that have any."""
    found = {path: len(BANNED.findall(prose(path))) for path in files()}
    return {path: count for path, count in found.items() if count}


def files() -> Iterator[str]:
    """Yield the paths of our text files, relative to the root, tracked or new."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for path in sorted(set(listed.stdout.splitlines()) - OWN):
        if (ROOT / path).is_file() and Path(path).suffix in ENDINGS:
            yield path


def prose(path: str) -> str:
    """Return what a reader reads: all of a document, and the comments and strings of a Python module."""
    text = (ROOT / path).read_text()
    return prose_of_python(text) if path.endswith(".py") else text


def prose_of_python(text: str) -> str:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join(" ".join(literal(token).split()) for token in tokens if token.type in PROSE)


def literal(token: tokenize.TokenInfo) -> str:
    """Return the text of a token. Before Python 3.12 an f-string is one token, with the expressions in it."""
    formatted = token.type == tokenize.STRING and "f" in token.string.split(token.string[-1], 1)[0].lower()
    return EXPRESSION.sub("", token.string) if formatted else token.string


def allowed() -> dict[str, int]:
    """Return the highest number of banned words per file."""
    return json.loads(ALLOWED.read_text())


def main() -> None:
    before, now = allowed(), counts()
    lowered = {path: min(count, now[path]) for path, count in before.items() if path in now}
    ALLOWED.write_text(json.dumps(lowered, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
