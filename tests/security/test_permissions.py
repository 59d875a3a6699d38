"""Every operation asked for by everybody, against the hand-written table."""

import inspect
import logging

import pytest

from data.core.errors import AppError
from tests.callers import without_reference
from tests.security.acts import REQUESTS, calls, mail_of
from tests.security.cast import ASKERS
from tests.security.doorways import routes_of
from tests.security.permissions_expected import (
    ASK_NOBODY,
    METHODS,
    METHODS_ON_ADMINS,
    ROUTES,
    ROUTES_ON_ADMINS,
    WHO_ASKS,
    WHO_CALLS,
    WHO_IS_ADMIN,
    rows,
)

ASKED = rows(ROUTES, WHO_ASKS) + rows(ROUTES_ON_ADMINS, WHO_IS_ADMIN)
CALLED = rows(METHODS, WHO_CALLS) + rows(METHODS_ON_ADMINS, WHO_IS_ADMIN)
OTHERS = ("other_user", "other_manager", "other_admin")
SERVICES = (
    "users",
    "directory",
    "teams",
    "attention",
    "sessions",
    "audit",
    "pictures",
    "batches",
    "imports",
    "jobs",
    "exports",
    "evidence",
    "health",
    "raw_items",
)


def named(row):
    return f"{row[0]}, {row[1]}"


def asked(stage, what, about, asker):
    target = stage.target(about, asker)
    me = ASKERS.get(asker, "nobody")
    return REQUESTS[what].send(stage.client(asker), target=target, me=me, mail=mail_of(target))


def called(stage, what, about, asker):
    """The status of a call, and what it gave."""
    actor = stage.actor(asker)
    try:
        with stage.roles_for(asker):
            return "200", calls(stage)[what](actor, stage.target(about, asker))
    except AppError as error:
        return str(error.status), error


def status_of(answer):
    return "200" if answer.is_success else str(answer.status_code)


@pytest.mark.parametrize(("what", "about", "cells"), ASKED, ids=map(named, ASKED))
def test_each_route_answers_everybody_as_written(stage, caplog, what, about, cells):
    caplog.set_level(logging.INFO)
    for asker, expected in cells.items():
        caplog.clear()
        answer = asked(stage, what, about, asker)
        assert status_of(answer) == expected, (asker, answer.text)
        if expected == "200":
            stage.put_back()
            assert asker not in OTHERS or what == "log in" or "acme" not in answer.text.lower(), asker
        else:
            assert not stage.put_back(), asker
            if expected not in ("303", "409"):
                assert "refused" in caplog.messages, asker


@pytest.mark.parametrize(("what", "about", "cells"), CALLED, ids=map(named, CALLED))
def test_each_method_answers_everybody_as_written(stage, what, about, cells):
    for asker, expected in cells.items():
        if expected == ".":
            continue
        status, given = called(stage, what, about, asker)
        assert status == expected, (asker, given)
        if status == "200":
            stage.put_back()
            assert asker not in OTHERS or "acme" not in repr(given).lower(), asker
        else:
            assert not stage.put_back(), asker


FOREIGN = [row for row in ASKED if row[1] not in ("self", "-", "absent") and row[2].get("other_admin") == "404"]


@pytest.mark.parametrize(("what", "about", "cells"), FOREIGN, ids=map(named, FOREIGN))
def test_what_is_anothers_answers_as_what_is_not(stage, what, about, cells):
    assert cells
    for asker in OTHERS:
        there, nowhere = (asked(stage, what, whom, asker) for whom in (about, "absent"))
        assert without_reference(there) == without_reference(nowhere)
        assert len(there.content) == len(nowhere.content)
        own = ("x-correlation-id",)
        headers = [{n: v for n, v in answer.headers.items() if n not in own} for answer in (there, nowhere)]
        assert headers[0] == headers[1]


def test_each_route_has_its_row(stage):
    assert {ask.route for ask in REQUESTS.values()} == set(routes_of(stage.world.services))
    assert {what for what, _, _ in ASKED} == REQUESTS.keys()


def test_each_method_has_its_row(stage):
    there = {
        f"{name}.{method}"
        for name in SERVICES
        for method, _ in inspect.getmembers(getattr(stage.world.services, name), inspect.ismethod)
        if not method.startswith("_")
    }
    rowed = {".".join(what.split(".")[:2]) for what, _, _ in CALLED}
    assert rowed | ASK_NOBODY.keys() == there
    assert rowed & ASK_NOBODY.keys() == set()
