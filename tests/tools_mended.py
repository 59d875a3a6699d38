"""Three habits of the tools of these tests, mended for as long as a test process lives."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from threading import RLock
from typing import Any

import pytest
from moto.core.serialize import ResponseSerializer
from moto.sqs.models import SQSBackend
from streamlit.components.v2 import manifest_scanner


@contextmanager
def mended() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        _queues_in_turn(patch)
        _values_by_what_they_are(patch)
        _packages_read_once(patch)
        yield


def _queues_in_turn(patch: pytest.MonkeyPatch) -> None:
    """moto looks through its queues while another thread may add one; `setup` makes them side by side."""
    turn = RLock()

    def in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def waiting(*args: Any, **options: Any) -> Any:
            with turn:
                return method(*args, **options)

        return waiting

    for name in ("create_queue", "set_queue_attributes"):
        patch.setattr(SQSBackend, name, in_turn(getattr(SQSBackend, name)))


def _values_by_what_they_are(patch: pytest.MonkeyPatch) -> None:
    """moto asks each value of DynamoDB for all ten types and, of each, for all names it might go by; it has one."""
    answer = ResponseSerializer._serialize_structure_member  # noqa: SLF001 - there is no other way in

    def only_what_is_there(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.parent.name != "AttributeValue" or key in value:
            answer(self, serialized, value, shape, key)

    patch.setattr(ResponseSerializer, "_serialize_structure_member", only_what_is_there)


def _packages_read_once(patch: pytest.MonkeyPatch) -> None:
    """Streamlit reads what is known of every installed package for each page that is opened without a browser."""
    patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
