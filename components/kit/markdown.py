"""Text for Streamlit's labels, titles, options, help texts and captions, all of which Streamlit reads as Markdown."""

import re
from typing import Final

_BLANKS: Final = re.compile(r"[^\S\u00a0\u202f]+")  # all but the two that hold words together
_DIRECTIONS: Final = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066\u2067]|(\u2068[^\u2066-\u2069]*\u2069)|[\u2068\u2069]"
)
_SPECIAL: Final = re.compile(
    r"""
    (?P<joint>
        :+(?=\S)                        # directives, icons, emoji shortcodes, addresses with a scheme
      | @                               # e-mail addresses
      | (?<=www)\.                      # addresses without a scheme
      | (?<=[-<>~])[-=>]                # what becomes an arrow, a dash or a sign
    )
    | (?P<number>^\d+(?=[.)]))          # a numbered list
    | (?P<mark>
        [\\`*{}\[\]<~$]
      | (?<![^\W_])_ | _(?![^\W_])      # not within a word, where it is no emphasis
      | &(?=\#?\w+;)
      | ^[#>+=-]
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def plain(text: str) -> str:
    """Markdown that Streamlit shows as exactly `text`, on one line: no link, icon, emoji, colour, dash or arrow.

    Streamlit replaces some patterns after escapes are resolved, but never across two elements. The character that
    completes such a pattern therefore becomes a `span`, made by a `:color` directive without a colour. What can be
    read and copied from the page stays the same, character by character. Only direction marks are left out, because
    they would reverse the words that follow in the label; a name between U+2068 and U+2069 stays isolated.
    """
    return _SPECIAL.sub(_literal, _BLANKS.sub(" ", _DIRECTIONS.sub(r"\1", text)).strip(" "))


def _literal(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "joint":
            return f":color[{found[0]}]"
        case "number":
            return f"{found[0]}\\"
        case _:
            return f"\\{found[0]}"
