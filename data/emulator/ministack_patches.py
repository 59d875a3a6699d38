"""What we touch of ministack's inside, in one list, checked at start.

ministack is pinned because of this list. It promises none of these names, so an upgrade begins here: the engine
refuses another version, or one without a name, before it has served a single request.
"""

import functools
import importlib
import importlib.metadata
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

from data.emulator.engine import EngineError

VERSION: Final = "1.5.33"
TOUCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "ministack.app": (
        *("AUTH", "SERVICE_REGISTRY", "_IncompleteRequestBody", "_RequestBodyDisconnected", "_decode_aws_chunked_body"),
        *("_get_module", "_loaded_modules", "_read_request_body", "app", "detect_service", "extract_access_key_id"),
        "pin_signed_body",
    ),
    "ministack.core.iam_evaluator": ("_is_root_key", "enforce", "is_root_access_key"),
    "ministack.core.persistence": ("_json_default", "_json_object_hook"),
    "ministack.core.responses": ("StreamingResponse",),
    "ministack.core.router": ("extract_access_key_id",),
    "ministack.services.dynamodb": (
        *("_DDB_PAGE_SIZE_BYTES", "_INDEX_MEMBERS", "_TXN_TOKEN_TTL", "_add_consumed_capacity"),
        *("_apply_index_projection", "_batch_get_item", "_create_table", "_ddb_canonicalize_number"),
        *("_extract_key_val", "_get_attr_type", "_get_item_by_key", "_index_item", "_index_key_schemas"),
        *("_index_members", "_index_order_keys", "_index_order_value", "_index_partition", "_item_size_bytes"),
        *("_items_replaced", "_key_condition_clauses", "_normalize_table_name", "_paginate_evaluated_items"),
        *("_query", "_remove_item", "_scan", "_set_item", "_sort_key_value", "_tables", "_tokenize"),
        *("_ttl_settings", "_txn_idempotency", "_txn_token_store", "_update_counts", "error_response_json"),
        *("get_state", "handle_request", "json_response", "load_persisted_state"),
    ),
    "ministack.services.iam": ("get_state", "load_persisted_state"),
    "ministack.services.s3": (
        *("_abort_multipart_upload", "_buckets", "_complete_multipart_upload", "_create_multipart_upload", "_error"),
        *("_fire_s3_event_async", "_get_object", "_maybe_replicate", "_multipart_uploads", "_object_disk_path"),
        *("_object_versions", "_persist_object", "_qp", "_read_body", "_record_object_version", "_upload_part"),
        *("_upload_part_copy", "extract_access_key_id", "get_account_id", "get_state", "handle_request", "hashlib"),
        *("load_persisted_state", "md5_hash", "new_uuid", "threading"),
    ),
    "ministack.services.sns": ("get_state", "load_persisted_state"),
    "ministack.services.sqs": (
        *("_collect_msgs", "_dlq_sweep", "_get_q", "_queue_by_arn", "_queue_url_for_account", "_queues"),
        *("get_state", "load_persisted_state"),
    ),
    "ministack.services.sts": (
        *("_evict_expired_sessions", "_sessions", "extract_access_key_id", "is_root_access_key", "register_session"),
    ),
}
TOUCHED_LATER: Final[Mapping[str, tuple[str, ...]]] = {
    "ministack.services.cognito": ("get_state", "load_persisted_state", "run_reentrant"),
}


def load() -> dict[str, ModuleType]:
    """Import ministack's modules, after the environment is set, and check them.

    Raises:
        EngineError: it is absent, of another version, or lacks a name of the list.
    """
    remedy = f"Install what the house is built on: pip install ministack=={VERSION}."
    try:
        found = importlib.metadata.version("ministack")
        if found != VERSION:
            raise EngineError(f"ministack is version {found}, and the engine needs {VERSION}. {remedy}")
        with _no_reaper():
            modules = {name: importlib.import_module(name) for name in TOUCHED}
    except ImportError as error:
        raise EngineError(f"ministack {VERSION} is not installed ({error}). {remedy}") from error
    check(modules)
    return modules


def load_later(name: str) -> ModuleType:
    """One of the modules that a start does not need, checked like the others."""
    module = importlib.import_module(name)
    check({name: module})
    return module


def check(modules: Mapping[str, ModuleType]) -> None:
    """Raise EngineError unless every name that we touch in them is there."""
    listed = {**TOUCHED, **TOUCHED_LATER}
    missing = [f"{name}.{own}" for name, module in modules.items() for own in listed[name] if not hasattr(module, own)]
    if missing:
        remedy = f"Install it anew: pip install --force-reinstall ministack=={VERSION}."
        raise EngineError(f"This ministack lacks {', '.join(missing)}. {remedy}")


def around(module: ModuleType, name: str, ours: Callable[..., Any]) -> None:
    """Let `ours` stand for `module.name`; it gets the real function first, then the call's arguments."""
    setattr(module, name, functools.partial(ours, getattr(module, name)))


@contextmanager
def _no_reaper() -> Iterator[None]:
    """Without its thread for expired items, which starts at import and would delete behind the journal's back."""
    start = threading.Thread.start

    def start_others(self: threading.Thread) -> None:
        if self.name != "dynamodb-ttl-reaper":
            start(self)

    threading.Thread.start = start_others  # type: ignore[method-assign]
    try:
        yield
    finally:
        threading.Thread.start = start  # type: ignore[method-assign]
