"""The small services: each one's whole state is one row."""

import copy
import sys
from types import SimpleNamespace
from typing import Any, Final

from data.emulator.encoding import dumps, loads
from data.emulator.journal import Journal

STATE: Final = "state"
# ministack hands out deep copies, which cost several times the encoding; we encode at once and keep nothing.
UNCOPIED: Final = SimpleNamespace(copy=copy.copy, deepcopy=lambda value, memo=None: value)  # noqa: ARG005 - copy's signature


class ServiceStore:
    """Keeps the journal true to S3's buckets, SNS's topics, IAM's roles and Cognito's pools."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._saved: dict[str, str] = {}

    def restore(self, service: str) -> Any | None:
        """The state of `service`, or None if it never had any."""
        text = self._journal.find(STATE, service)
        if text is None:
            return None
        self._saved[service] = text
        return loads(text)

    def note(self, service: str) -> None:
        """Note the state of `service` if it changed."""
        module = sys.modules[f"ministack.services.{service}"]
        held = getattr(module, "copy", None)
        try:
            if held:
                module.copy = UNCOPIED  # type: ignore[attr-defined]
            text = dumps(module.get_state())
        finally:
            if held:
                module.copy = held  # type: ignore[attr-defined]
        if self._saved.get(service) != text:
            self._saved[service] = text
            self._journal.put(STATE, service, text)
