"""What can be said of any store: whether it is there and how large it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreState:
    """One table or bucket. `items` and `size` (bytes) of a table are AWS's own estimate, up to six hours old.

    Of a bucket they count the first thousand objects; `more` says whether there are others. `problem` says what is
    wrong, and `remedy` the command that mends it; both are empty if nothing is.
    """

    kind: str
    name: str
    real_name: str
    items: int | None = None
    size: int | None = None
    more: bool = False
    problem: str = ""
    remedy: str = ""
