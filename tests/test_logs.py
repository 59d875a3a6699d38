"""Canaries: secrets of every form we know, put into every place a log line has."""

import io
import json
import logging
import sys
import threading
from secrets import token_urlsafe

import pytest

from data.logs import JsonLines, acting, correlation_id, install
from data.redaction import redacted

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
    written, root = io.StringIO(), logging.getLogger()
    handlers, level, factory = root.handlers[:], root.level, logging.getLogRecordFactory()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    install()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(False)


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
