"""On a version of Streamlit that logs in another way, these tests fail."""

import io
import json
import logging
import sys
import tomllib

import pytest
from streamlit import error_util, logger

from components.frame.streamlit_log import SETUP, own_streamlit_log
from data.core import logs
from tests.log_state import kept_logging
from tests.screens import ROOT

SECRET = "password=canary-4d1f"


@pytest.fixture
def written(monkeypatch):
    """What is written to standard error, with Streamlit's loggers as in a dashboard."""
    stream = io.StringIO()
    with kept_logging():
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(logger, SETUP, getattr(logger, SETUP))
        logs.install()
        own_streamlit_log()
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def failed():
    """A page's error, with its traceback."""
    with pytest.raises(ValueError, match="canary") as caught:
        int(SECRET)
    return caught.value


@pytest.mark.parametrize("name", ["streamlit.error_util", "streamlit.made_later", "root"])
def test_streamlit_loggers_write_to_our_log_only(written, capfd, name):
    logger.get_logger(name).warning("Failed with %s", SECRET, exc_info=failed())
    logger.update_formatter()
    logger.get_logger(name).warning("Failed again")
    first, second = written()
    assert (first["level"], second["message"]) == ("warning", "Failed again")
    assert "ValueError" in first["traceback"]
    assert "canary" not in json.dumps(first)
    assert capfd.readouterr() == ("", "")


def test_a_failed_page_is_logged_once_with_its_reference(written, capfd, monkeypatch):
    monkeypatch.setattr(error_util.config, "get_option", lambda _: False)
    error_util.handle_user_script_exception(failed(), lambda _: not logging.getLogger("x").error("a page failed"))
    assert [line["message"] for line in written()] == ["a page failed"]
    assert capfd.readouterr() == ("", "")


def test_a_handler_that_fails_is_logged(written, monkeypatch):
    def handler(_):
        raise KeyError(SECRET)

    monkeypatch.setattr(error_util.config, "get_option", lambda _: False)
    monkeypatch.setattr(error_util, "show_uncaught_app_exception", lambda _: None)
    error_util.handle_user_script_exception(failed(), handler)
    (line,) = written()
    assert "KeyError" in line["traceback"]
    assert "canary" not in json.dumps(line)


def test_rich_does_not_print_tracebacks_past_the_log():
    with (ROOT / ".streamlit" / "config.toml").open("rb") as file:
        assert tomllib.load(file)["logger"]["enableRich"] is False
