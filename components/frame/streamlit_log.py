"""Send what Streamlit logs through our log.

Streamlit gives each of its loggers its own handler, and stops their records from reaching ours. Because it creates
loggers at any time, the function that adds the handler is replaced.
"""
# ruff: noqa: SLF001 - Streamlit has no public hook for this; the tests fail on a version that works differently

import logging
from typing import Final

from streamlit import error_util, logger

SETUP: Final = "setup_formatter"
FAILED: Final = "Uncaught app execution"


def own_streamlit_log() -> None:
    """Send the records of all Streamlit loggers, including future ones, to our handler only."""
    setattr(logger, SETUP, _propagate)
    for each in logger._loggers.values():
        _propagate(each)
    error_util._LOGGER.addFilter(_is_news)


def _propagate(each: logging.Logger) -> None:
    each.handlers.clear()
    each.propagate = True


def _is_news(record: logging.LogRecord) -> bool:
    """False for a failed page, because `components.frame.unhandled_errors` logs the same error with its reference."""
    return record.msg != FAILED
