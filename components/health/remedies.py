"""What mends a problem, so that it can be copied."""

from collections.abc import Iterable, Mapping
from typing import Final

import streamlit as st

from components.kit import elements
from components.kit.copy_button import copy_button
from components.kit.formatting import NARROW

SETUP: Final = "python -m data setup"
COMMANDS: Final = ("python -m ", "aws ", "make ", "systemctl ")
UNITS: Final = ("B", "KB", "MB", "GB", "TB")


def remedy(text: str, key: str) -> None:
    """A command in a field, an IAM statement as a block, both with a button that copies; else a sentence."""
    if text.startswith(SETUP):
        elements.said(
            "This makes what is missing and leaves what is there as it is. Run it on the host, then look again:"
        )
    if text.startswith(COMMANDS):
        copy_button(text, key=f"remedy_{key}", shown=True)
    elif text.startswith("{"):
        elements.said("Add this statement to the policy of the host's role:")
        st.code(text, language="json")
    elif text:
        elements.said(f"{text[:1].upper()}{text[1:].rstrip('.')}.")


def problems(each: Iterable[tuple[str, str]], key: str) -> None:
    """Problems with their remedies; those that one remedy mends stand together."""
    for number, (mends, sentences) in enumerate(_by_remedy(each).items()):
        with st.container(key=f"problems_{key}_{number}", gap=8):
            for sentence in sentences:
                elements.problem(sentence)
            remedy(mends, f"{key}_{number}")


def _by_remedy(each: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for sentence, mends in each:
        grouped.setdefault(mends, []).append(sentence)
    return grouped


def size(number: int | None) -> str:
    """12.4 KB."""
    if number is None:
        return ""
    power = min(len(str(number)) - 1, 14) // 3
    return f"{number / 1000**power:.{1 if power else 0}f}{NARROW}{UNITS[power]}"
