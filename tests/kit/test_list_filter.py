"""One filter per domain: address, cursor scope and stored form are derived from its fields."""

from datetime import date

import pytest

from data.audit.filters import AuditFilter
from data.core.permissions import Role
from data.storage.projection import Projection
from data.users.filters import UserFilter
from data.users.models import Status
from data.users.segments import PeopleKind
from tests.screens import screen

FILTERS = [
    UserFilter(),
    UserFilter(status=Status.ACTIVE),
    UserFilter(
        text="ann b",
        kind=PeopleKind.NEVER_HERE,
        below="boss",
        status=Status.INACTIVE,
        roles={Role.USER, Role.ADMIN},
        departments={"Sales", "Law & Order"},
        manager_id="max",
        inactive_days=90,
    ),
    AuditFilter(),
    AuditFilter(
        text="ann",
        entity_id="e",
        user_id="a",
        action="came",
        via="web",
        correlation_id="r",
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 3),
        period="7d",
    ),
]


@pytest.mark.parametrize("wanted", FILTERS, ids=repr)
def test_a_filter_survives_its_address_and_the_input_of_a_job(wanted):
    assert type(wanted).from_query(wanted.to_query("list"), "list") == wanted
    stored = wanted.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert type(wanted).model_validate(stored) == wanted


@pytest.mark.parametrize("model", [UserFilter, AuditFilter])
def test_each_field_changes_the_scope_of_cursors(model):
    full = FILTERS[2] if model is UserFilter else FILTERS[4]
    scopes = {full.scope(), *(full.without(name).scope() for name in model.params())}
    assert len(scopes) == len(model.params()) + 1


def test_values_that_are_no_choice_are_ignored_and_long_ones_are_cut():
    query = {
        "users_role": ["emperor", "admin"],
        "users_status": ["dead"],
        "users_absent": ["31"],
        "users_kind": ["odd"],
        "users_manager": [" "],
        "users_q": [f"  {'x' * 300}"],
    }
    found = UserFilter.from_query(query, "users")
    assert found == UserFilter(status=Status.ACTIVE, roles=(Role.ADMIN,), text="x" * 198)
    assert AuditFilter.from_query({"audit_from": ["yesterday"], "audit_period": ["9y"]}, "audit") == AuditFilter()


def test_jobs_of_the_previous_version_can_be_read():
    old = {"roles": ["user"], "status": "active", "managerId": "max", "inactiveDays": 30, "kind": "new", "below": "b"}
    assert UserFilter.model_validate(old).inactive_days == 30
    old = {"userId": "a", "entityId": "e", "correlationId": "r", "since": "2026-11-01T00:00:00.000Z", "text": "x"}
    assert AuditFilter.model_validate(old).correlation_id == "r"


def test_a_run_of_users_reads_the_projection_once(world, monkeypatch):
    root = world.person(Role.ADMIN, name="root")
    world.services.directory.search(root, UserFilter())
    reads, current = [], vars(Projection)["_current"]
    monkeypatch.setattr(Projection, "_current", lambda *args: reads.append(args) or current(*args))
    screen(world, root, "users", users_q="no such name")
    assert len(reads) == 1
