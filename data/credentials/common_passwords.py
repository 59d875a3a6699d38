"""The passwords that everybody tries first."""

from functools import cache
from typing import Final

COMMON: Final = 20_000


def is_common(password: str) -> bool:
    """Whether it is among the 20,000 most common, however it is cased. Source: the frequency lists of zxcvbn."""
    return password.casefold() in _common()


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - 90,000 words; only where one is chosen

    return frozenset(FREQUENCY_LISTS["passwords"][:COMMON])
