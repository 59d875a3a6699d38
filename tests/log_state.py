"""Logging of a test process: changed by a test, and put back at its end."""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def kept_logging() -> Iterator[None]:
    """Restore handlers, levels, hooks and streams of this process after the block."""
    root = logging.getLogger()
    handlers, level, factory, loud = (
        root.handlers[:],
        root.level,
        logging.getLogRecordFactory(),
        logging.raiseExceptions,
    )
    loggers = [each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    states = [(each, each.handlers[:], each.filters[:], each.level, each.propagate) for each in loggers]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("excepthook", "unraisablehook", "stdout", "stderr"):
            patch.setattr(sys, name, getattr(sys, name))
        patch.setattr(threading, "excepthook", threading.excepthook)
        patch.setattr(warnings, "showwarning", warnings.showwarning)
        yield
        logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.setLogRecordFactory(factory)
    logging.raiseExceptions = loud
    for each, own, filters, own_level, propagate in states:
        each.handlers[:], each.filters[:], each.propagate = own, filters, propagate
        each.setLevel(own_level)
