"""Logging: one JSON object per line, without secrets.

Each has the id of the request or rerun that it belongs to, and for whom that is.
"""

import json
import logging
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

from data.core.clock import iso
from data.core.redaction import redacted, redacted_text, redacted_under

correlation_id: Final[ContextVar[str]] = ContextVar("correlation_id", default="")
acting: Final[ContextVar[tuple[str, str]]] = ContextVar("organisation and person", default=("", ""))

QUIET: Final = ("botocore", "boto3", "s3transfer", "urllib3", "PIL")  # below warnings they tell of every byte
OF_THE_REQUEST: Final = ("correlation_id", "organisation", "person")
STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", *OF_THE_REQUEST}

_plain_record: Final = logging.LogRecord


class JsonLines(logging.Formatter):
    """A record as one line: time, level, logger, message, correlation_id, who, the extras, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": iso(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted_text(record.getMessage()),
        }
        line |= {name: known for name in OF_THE_REQUEST if (known := getattr(record, name, ""))}
        extras = {name: value for name, value in vars(record).items() if name not in STANDARD}
        line |= {name: redacted_under(name, value) for name, value in extras.items() if name not in line}
        if told := record.exc_text or _told(record):
            line["traceback"] = redacted_text(told)
        return json.dumps(line, default=str)  # ASCII: no character breaks a line, no surrogate the stream


def install(level: int | str = logging.INFO) -> None:
    """Log JSON lines to stderr, including records of libraries and uncaught exceptions. A second call changes nothing.

    Every record is redacted when it is made, so that a foreign handler prints no secret either.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.setLogRecordFactory(_cleaned)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be written would be printed uncleaned, with its traceback
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):  # servers and frameworks bring handlers of their own
            logger.handlers.clear()
            logger.propagate = True
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


def _cleaned(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _plain_record(*args, **kwargs)
    record.correlation_id, (record.organisation, record.person) = correlation_id.get(), acting.get()
    if isinstance(record.args, dict):
        record.args = redacted(record.args)
    record.msg, record.args = redacted_text(_message(record)), ()
    record.exc_text = redacted_text(told) if (told := _told(record)) else None
    return record


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a wrong format must not cost the line
        return f"{record.msg} {record.args!r}"


def _told(record: logging.LogRecord) -> str:
    return "".join(traceback.format_exception(*record.exc_info)) if record.exc_info and record.exc_info[0] else ""


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("dashboard").critical("nobody caught this", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    """Log an exception in a finaliser, which Python cannot raise. The object is left out: its text may fail too."""
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
