"""Canaries: secrets of every form we know, put into every place a log line has."""

import asyncio
import gc
import io
import json
import logging
import sys
import threading
import traceback
import warnings
from secrets import token_urlsafe

import pytest

from data.core.log_streams import LONGEST, LogStream, capture_streams
from data.core.logs import JsonLines, acting, correlation_id, install
from data.core.redaction import redacted
from tests.log_state import kept_logging

RANDOM = token_urlsafe(32)
CANARIES = {
    "session cookie": f"ann.{RANDOM}",
    "personal token": f"0199-7a.ann.{RANDOM}",
    "set-password link": f"https://ops.example.com/set-password#{RANDOM}",
    "random secret": "vB9dQ3xZ7kLmN2pR5tW8yA1cE4gH6jS0uXoIqTfYzKb",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLWl0",
    "sealed": "gAAAAABk3f9vQx0d8y2zYV4T5mCq1wq0",
    "hash": "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
    "access key": "AKIAIOSFODNN7EXAMPLE",
    "secret key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "presigned": "https://b.s3.us-east-1.amazonaws.com/k?X-Amz-Expires=9&X-Amz-Signature=0123456789abcdef0123456789abcdef",
    "bearer": "Bearer abcdefgh12345678",
    "password": "password='correct horse, battery'",
    "json": '{"apiKey": "kx-1234-abcd"}',
    "dict": str({"set_cookie": "kept-out"}),
    "header": "Cookie: theme=dark; dashboard_session_8501=kept-out",
}
SECRET_PARTS = {
    "session cookie": RANDOM,
    "personal token": RANDOM,
    "set-password link": RANDOM,
    "presigned": "0123456789abcdef",
    "bearer": "abcdefgh12345678",
    "password": "horse",
    "json": "kx-1234-abcd",
    "dict": "kept-out",
    "header": "kept-out",
}


@pytest.fixture
def lines(monkeypatch):
    """What is written to stderr, with logging installed for this test alone."""
    written = io.StringIO()
    with kept_logging():
        monkeypatch.setattr(sys, "stderr", written)
        install()
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("kind", CANARIES)
@pytest.mark.parametrize("place", ["message", "argument", "named argument", "extra", "nested extra", "traceback"])
def test_no_secret_is_written_wherever_it_stands(lines, kind, place):
    canary, log = CANARIES[kind], logging.getLogger("somewhere")
    if place == "message":
        log.info("seen " + canary)  # noqa: G003
    elif place == "argument":
        log.info("seen %s and %r", canary, [canary])
    elif place == "named argument":
        log.info("seen %(it)s", {"it": canary})
    elif place == "extra":
        log.info("seen", extra={"it": canary})
    elif place == "nested extra":
        log.info("seen", extra={"it": {"deep": [{"inside": (canary, ValueError(canary))}]}})
    else:
        log.error("seen", exc_info=ValueError(canary))
    (line,) = lines()
    assert line["message"].startswith("seen")
    assert SECRET_PARTS.get(kind, canary) not in json.dumps(line, ensure_ascii=False)


@pytest.mark.parametrize(
    "name",
    ["password", "new_password", "secretKey", "token", "Authorization", "cookie", "aws_access_key_id", "x-api-key"],
)
def test_what_stands_under_a_telling_name_is_hidden(name):
    assert "plain" not in str(redacted({name: "plain words"}))
    assert "plain" not in str(redacted(f"{name}=plain"))
    assert "plain" not in str(redacted(f'{{"{name}": "plain words"}}'))


@pytest.mark.parametrize(
    "harmless",
    [
        "table pre-work-users-dev is not there",
        "0199b6a1-7c00-7000-8000-0123456789ab was edited by ann",
        "/srv/dashboard/data/aws/some_rather_long_module_name_of_ours.py",
        "GET /api/users?limit=50 took 12 ms",
    ],
)
def test_ordinary_words_are_left_as_they_are(harmless):
    assert redacted(harmless) == harmless


def test_a_line_says_when_who_what_and_for_which_request(lines):
    token, nobody = correlation_id.set("request-7"), acting.set(("acme", "ann"))
    try:
        logging.getLogger("data.users").warning("saved %s", "ann", extra={"took": 12, "ids": ["a", "b"]})
    finally:
        correlation_id.reset(token)
        acting.reset(nobody)
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "data.users",
        "message": "saved ann",
        "correlation_id": "request-7",
        "organisation": "acme",
        "person": "ann",
        "took": 12,
        "ids": ["a", "b"],
    }


def test_several_lines_of_text_stay_one_line_of_log(lines):
    logging.getLogger("x").info("one\ntwo\r\nthree \u2028 four", extra={"odd": "\ud800\n"})
    assert len(lines()) == 1


def test_what_nobody_caught_is_logged_without_its_secrets(lines):
    def fail():
        raise RuntimeError(f"no luck with ann.{RANDOM}")

    thread = threading.Thread(target=fail, name="worker")
    thread.start()
    thread.join()
    (line,) = lines()
    assert "no luck with" in line["traceback"]
    assert RANDOM not in line["traceback"]


@pytest.mark.usefixtures("lines")
def test_handlers_of_others_get_clean_records_too():
    theirs = io.StringIO()
    handler, log = logging.StreamHandler(theirs), logging.getLogger("streamlit")
    log.addHandler(handler)
    log.error("script failed %s", CANARIES["jwt"], exc_info=ValueError(CANARIES["session cookie"]))
    log.removeHandler(handler)
    assert "ValueError" in theirs.getvalue()
    assert RANDOM not in theirs.getvalue()
    assert CANARIES["jwt"] not in theirs.getvalue()


def test_a_wrong_format_or_a_broken_object_costs_no_line(lines):
    class Broken:
        def __str__(self):
            raise ZeroDivisionError

    logging.getLogger("x").info("only %s", "one", "too many")  # noqa: PLE1205 - the very mistake
    logging.getLogger("x").info("fine", extra={"it": Broken()})
    assert [line["message"][:4] for line in lines()] == ["only", "fine"]


def test_records_made_before_install_are_cleaned_by_the_formatter():
    record = logging.LogRecord("x", logging.INFO, "f.py", 1, "ann.%s", (RANDOM,), None)
    assert RANDOM not in JsonLines().format(record)


def test_exceptions_in_finalisers_are_logged_without_secrets(lines):
    class Failing:
        def __del__(self):
            raise ValueError(CANARIES["session cookie"])

    failing = Failing()
    del failing
    gc.collect()
    (line,) = lines()
    assert "ValueError" in line["traceback"]
    assert RANDOM not in json.dumps(line)


def test_exceptions_of_asyncio_tasks_are_logged_without_secrets(lines):
    async def fail():
        raise ValueError(CANARIES["session cookie"])

    async def forget():
        task = asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(forget())
    (line,) = lines()
    assert line["logger"] == "asyncio"
    assert "ValueError" in line["traceback"]
    assert RANDOM not in json.dumps(line)


def test_warnings_are_logged_without_secrets(lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(CANARIES["session cookie"], stacklevel=1)
    (line,) = lines()
    assert line["logger"] == "py.warnings"
    assert RANDOM not in json.dumps(line)


def test_loggers_with_handlers_of_their_own_log_through_ours_only(lines, monkeypatch):
    monkeypatch.setattr(sys, "stderr", logging.getLogger().handlers[0].stream)
    theirs, log = io.StringIO(), logging.getLogger("a.framework")
    log.addHandler(logging.StreamHandler(theirs))
    log.propagate = False
    install()
    log.warning("seen")
    assert [line["message"] for line in lines()] == ["seen"]
    assert not theirs.getvalue()


@pytest.mark.parametrize(("name", "level"), [("stdout", "info"), ("stderr", "warning")])
def test_printed_lines_become_records_without_secrets(lines, name, level):
    capture_streams()
    stream = getattr(sys, name)
    stream.write("one two\n")
    stream.write(CANARIES["session cookie"])
    assert len(lines()) == 1
    stream.write("\n\n   \nlast\n")
    assert [line["message"] for line in lines()][::2] == ["one two", "last"]
    assert {(line["level"], line["logger"]) for line in lines()} == {(level, name)}
    assert RANDOM not in json.dumps(lines())


def test_a_printed_traceback_becomes_records_without_secrets(lines):
    capture_streams()
    traceback.print_exception(ValueError(CANARIES["session cookie"]))
    assert lines()[-1]["message"].startswith("ValueError")
    assert RANDOM not in json.dumps(lines())


def test_a_printed_line_without_an_end_is_not_kept_forever(lines):
    capture_streams()
    sys.stderr.write("x" * (LONGEST + 1))
    assert len(lines()) == 1


def test_threads_that_print_do_not_mix_their_lines(lines):
    capture_streams()
    sys.stderr.write("mine ")
    thread = threading.Thread(target=print, args=("theirs",), kwargs={"file": sys.stderr})
    thread.start()
    thread.join()
    sys.stderr.write("too\n")
    assert [line["message"] for line in lines()] == ["theirs", "mine too"]


def test_a_handler_on_a_captured_stream_does_not_log_forever(lines):
    capture_streams()
    handler, log = logging.StreamHandler(), logging.getLogger("stderr")
    log.addHandler(handler)
    try:
        sys.stderr.write("seen\n")
    finally:
        log.removeHandler(handler)
    assert [line["message"] for line in lines()] == ["seen"]


def test_streams_are_captured_once(lines):
    capture_streams()
    captured = sys.stdout, sys.stderr
    capture_streams()
    assert (sys.stdout, sys.stderr) == captured
    assert all(isinstance(each, LogStream) for each in captured)
    assert not lines()
