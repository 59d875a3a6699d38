import logging
import re

from streamlit.testing.v1 import AppTest


def page_that_fails():
    from components.frame.unhandled_errors import surprised  # noqa: PLC0415 - AppTest runs the body alone

    surprised(ValueError("the word in the error"))


def page_whose_store_is_away():
    from components.frame.unhandled_errors import surprised  # noqa: PLC0415
    from data.core.errors import Unavailable  # noqa: PLC0415

    surprised(Unavailable("The data store does not answer."))


def shown(at):
    return " ".join(element.proto.body for element in at.get("html"))


def test_a_surprise_shows_a_reference_and_never_the_error(caplog):
    with caplog.at_level(logging.ERROR):
        at = AppTest.from_function(page_that_fails).run()
    assert not at.exception
    assert "the word in the error" not in shown(at)
    reference = next(record.reference for record in caplog.records if record.message == "a page failed")
    assert re.fullmatch(r"[0-9a-f]{8}", reference)
    assert reference in shown(at)


def test_what_we_understand_is_shown_in_its_own_words(caplog):
    at = AppTest.from_function(page_whose_store_is_away).run()
    assert "The data store does not answer." in shown(at)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
