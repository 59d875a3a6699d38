"""What a page or a request costs: every call to AWS, with its time, capacity, bytes and retries.

The bill of the current context collects whatever is called beneath it, also in threads that were
started with a copy of the context (`data.core.concurrency`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `units` are capacity units (DynamoDB only), `resource` a table or bucket by its short name."""

    service: str
    operation: str
    resource: str
    milliseconds: float
    units: float
    size: int  # bytes of the answer
    retries: int


@dataclass(slots=True)
class Bill:
    """Everything that was called since it was opened, and how many reads the cache answered."""

    calls: list[Call] = field(default_factory=list)
    hits: int = 0

    @property
    def units(self) -> float:
        return sum(call.units for call in self.calls)

    @property
    def milliseconds(self) -> float:
        """The sum over the calls; side by side they took less."""
        return sum(call.milliseconds for call in self.calls)


_current: Final[ContextVar[Bill | None]] = ContextVar("bill", default=None)


@contextmanager
def metered() -> Iterator[Bill]:
    """Open a bill for this context; bills do not nest, the inner one collects alone."""
    token = _current.set(bill := Bill())
    try:
        yield bill
    finally:
        _current.reset(token)


def open_bill() -> Bill:
    """Start a bill that lasts as long as this context does (a Streamlit rerun has no one block)."""
    _current.set(bill := Bill())
    return bill


def record(call: Call) -> None:
    if bill := _current.get():
        bill.calls.append(call)


def hit() -> None:
    """A read that the cache answered."""
    if bill := _current.get():
        bill.hits += 1
