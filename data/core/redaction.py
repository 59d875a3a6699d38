"""Takes secrets out of what is about to be written down: log lines, tracebacks, the list of calls on a page.

It rather hides too much than too little. Secrets are known by the name they stand under, and by
their form: ours are 43 characters of base64 (32 random bytes), the others have marks of their own.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

HIDDEN: Final = "[redacted]"
DEEPEST: Final = 6
_NAMES: Final = (
    r"(?:password|passwd|secret|token|authori[sz]ation|cookie|credential|signature"
    r"|(?:api|access|master|private)[_-]?key)"
)
_NAME: Final = re.compile(_NAMES, re.IGNORECASE)
_NAMED: Final = re.compile(
    rf"""(?ix) (["']? [\w.-]* {_NAMES} [\w.-]* ["']? \s* (?:=>|[:=]) \s*)
    ( b?"(?:[^"\\]|\\.)*" | b?'(?:[^'\\]|\\.)*' | (?:bearer|basic)\s+\S+ | [^\s,;&)}}\]"']+ )"""
)
_HEADER: Final = re.compile(r"(?im)\b((?:proxy-)?authorization|(?:set-)?cookie)(\s*:\s*)([^\r\n\"']+)")
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_FORMS: Final = re.compile(
    r"""(?x)
      eyJ[\w-]{8,}\.[\w-]+\.[\w-]*                              # a JWT
    | gAAAAA[\w-]{20,}={0,2}                                    # sealed by Fernet: cursors, stored keys
    | \$argon2\w*\$[^\s"']+                                     # a hashed password
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                             # an AWS access key
    | (?<=[.\#])[\w-]{43}(?![\w-])                              # ours, behind the id in a cookie or token, or in a link
    """
)
_RANDOM: Final = re.compile(r"(?<![\w+/-])[\w+/-]{40,}={0,2}(?![\w+/-])")
_QUERY: Final = re.compile(r"(?i)(X-Amz-(?:Signature|Security-Token|Credential)(?:=|%3D))[^&\s\"'<>]+")


def redacted(value: Any, *, depth: int = 0) -> Any:
    """`value` as it may be written down: plain data, in which nothing looks like a secret any more."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping) and depth < DEEPEST:
        return {str(name): redacted_under(str(name), part, depth=depth + 1) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < DEEPEST:
        return [redacted(part, depth=depth + 1) for part in value]
    if isinstance(value, bytes | bytearray):
        return f"<{len(value)} bytes>"
    return redacted_text(_told(value))


def redacted_under(name: str, value: Any, *, depth: int = 0) -> Any:
    """`value` as it may be written down under `name`."""
    return HIDDEN if value and _telling(name) else redacted(value, depth=depth)


def redacted_text(text: str) -> str:
    """`text` without the secrets in it."""
    text = _HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = _QUERY.sub(rf"\1{HIDDEN}", text)
    text = _FORMS.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    if _NAME.search(text):  # rarely, and looking for it costs much less than what follows
        text = _NAMED.sub(rf"\1{HIDDEN}", text)
    return _RANDOM.sub(_if_random, text)


@lru_cache(1_000)
def _telling(name: str) -> bool:
    return _NAME.search(name) is not None


def _if_random(found: re.Match[str]) -> str:
    """Long runs of letters are names and paths; with capitals, small letters and digits mixed they are keys."""
    tests: tuple[Callable[[str], bool], ...] = (str.isupper, str.islower, str.isdigit)
    mixed = all(any(map(test, found[0])) for test in tests)
    return HIDDEN if mixed else found[0]


def _told(value: object) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001 - a broken __str__ must not cost the log line
        return f"<{type(value).__name__} that cannot be shown: {type(error).__name__}>"
