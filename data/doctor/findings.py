"""What doctor says of one thing that the dashboard needs."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is. Whatever is not `ok` is a finding to act on."""

    OK = "ok"
    MISSING = "missing"  # it is not there
    DENIED = "denied"  # AWS does not let us
    BROKEN = "broken"  # it is there, and not as it must be
    UNKNOWN = "unknown"  # it could not be found out just now


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `area` is its kind (`table`, `permission`, …), `name` its real name.

    `problem` is one sentence without AWS's own words, empty where all is well; `remedy` what mends it: a command,
    a setting, or an IAM statement as JSON.
    """

    area: str
    name: str
    state: State = State.OK
    problem: str = ""
    remedy: str = ""

    @property
    def ok(self) -> bool:
        return self.state is State.OK
