import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from data.adoption.upgrade import Takeover
from data.aws import provisioning
from data.aws.clients import Clients, Endpoint
from data.aws.provisioning import missing, setup
from data.aws.tables import Index, marshal
from data.config.settings import load
from data.core.errors import AppError, Misconfigured
from data.core.models import Unreadable, read
from data.credentials.table import claim_key, sign_in_key
from data.registry import TABLES
from data.storage.single_table import API_DASHBOARD
from data.submissions.table import SUBMISSIONS
from data.users.models import Status, User
from data.users.profile_table import PROFILES
from data.users.table import BY_ORG, BY_ORG_ROLE, USERS
from tests.adoption.seed_tables import FOREIGN, SEED, fill, make
from tests.conftest import EMBEDDED, PRODUCTION, World
from tests.dashboards import command, free_port
from tests.engines import running_engine
from tests.faults import conflicts

BY_NAME = {table.name: table for table in TABLES}


@pytest.fixture
def old(aws):
    """A world that stands on the seed's tables."""
    world = World(load(PRODUCTION), aws)
    make(aws.dynamodb)
    world.seeded = fill(aws.dynamodb)
    return world


def upgrade(world, name="Old House"):
    services = world.services
    return Takeover(
        world.clients,
        world.settings,
        store=world.wire.store,
        organisations=services.organisations,
        credentials=services.credentials,
        clock=world.clock,
    ).run(name)


def user(world, user_id):
    return world.dynamo.get(USERS, {"userId": user_id}, consistent=True)


def assert_complete(world, org_id):
    """Every item is in every list that it belongs to, once, with all that the seed's application had put there."""
    assert missing(world.clients, world.settings, TABLES) == ()
    for name, seeded in world.seeded.items():
        table = BY_NAME[name]
        now = {item[table.key[0]]: item for item in world.items(table)}
        assert now.keys() == {item[table.key[0]] for item in seeded}
        for before in seeded:
            assert_unharmed(before, now[before[table.key[0]]])
        for index in table.indexes:
            assert_listed(world, table, index, now.values())
    assert world.services.organisations.count_admins(org_id) == 2
    for item in world.items(USERS):
        record = world.dynamo.get(API_DASHBOARD, sign_in_key(item["username"]))
        assert record["userId"] == item["userId"]


def assert_unharmed(before, after):
    for name, value in before.items():
        assert value in (after[name], after.get(f"{name}Before", after[name]), None)


def assert_listed(world, table, index: Index, items):
    belonging = [item for item in items if isinstance(item.get(index.partition), str)]
    if index.name in {"OrgIndex", "OrgUpdatedIndex", "OrgRoleIndex"}:
        assert len(belonging) == len(items)
    for partition in {item[index.partition] for item in belonging}:
        expected = {item[table.key[0]] for item in belonging if item[index.partition] == partition}
        drafts = {item[table.key[0]] for item in belonging if item.get("status") == "draft"}
        listed = [item[table.key[0]] for item in world.dynamo.walk(table, index, partition, page=3)]
        assert len(listed) == len(set(listed))
        assert set(listed) == (expected - drafts if index.sort == "submittedAt" else expected)


def test_every_item_of_the_seed_is_in_every_list(old):
    report = upgrade(old)
    assert_complete(old, report.org_id)
    assert report.taken == {"users": 12, "profiles": 5, "submissions": 3, "media": 2, "audit-log": 2}


def test_a_second_upgrade_changes_nothing_at_all(old):
    first = upgrade(old)
    before = {table.name: old.items(table) for table in TABLES}
    again = upgrade(old)
    assert {table.name: old.items(table) for table in TABLES} == before
    assert (again.org_id, again.made, sum(again.taken.values())) == (first.org_id, (), 0)
    assert again.notes == first.notes


def test_odd_people_are_listed_and_none_is_dropped(old):
    notes = upgrade(old).notes
    told = {
        user_id: " ".join(note for note in notes if note.startswith(f"{user_id} ")) for user_id in ("u3", "u5", "u6")
    }
    shared = [note for note in notes if "shares the e-mail" in note]
    assert len(shared) == 2  # of Ann and ann one, of boss and the full-width boss the other
    assert "no e-mail" in told["u5"]
    assert "“x” cannot be used" in told["u5"]
    assert "no username" in told["u6"]
    assert any(note.startswith("u7 cannot be read: role") for note in notes)
    assert any(note.startswith("u3 has 2 profiles") for note in notes)
    assert any("of gone, who is no user" in note for note in notes)


def test_rights_are_read_as_they_were_meant(old):
    upgrade(old)
    found = {item["userId"]: read(User, item) for item in old.items(USERS)}
    assert isinstance(found.pop("u7"), Unreadable)
    assert found["u2"].role == "manager"
    assert found["u4"].status is Status.INACTIVE
    assert found["u6"].role == "user"
    assert found["u4"].created_at.isoformat().startswith("2023-11-14T22:13:20")
    assert found["u5"].version == 1
    assert user(old, "u5")["versionBefore"] == "seven"


def test_profiles_fill_in_what_the_user_lacks(old):
    upgrade(old)
    assert {name: user(old, "u2").get(name) for name in ("firstName", "lastName", "department", "managerId")} == {
        "firstName": "Ann",
        "lastName": "Ash",
        "department": "IT",
        "managerId": "u1",
    }
    assert user(old, "u3")["firstName"] == "First"
    assert (user(old, "u10")["firstName"], user(old, "u10")["lastName"]) == ("Own", "Old")


def test_foreign_values_keep_their_exact_form(old):
    upgrade(old)
    lost = old.dynamo.get(PROFILES, {"profileId": "lost"})
    assert {name: lost[name] for name in FOREIGN} == FOREIGN


def test_people_sign_in_by_the_e_mail_that_is_theirs(old):
    report = upgrade(old)
    claim = old.dynamo.get(API_DASHBOARD, claim_key("ann@example.com"))
    assert claim["userId"] in {"u2", "u3"}
    assert claim["orgId"] == report.org_id
    assert old.services.credentials.find("two@example.com").user_id == "u8"
    assert len({item["username"] for item in old.items(USERS)}) == 12


def test_a_sign_in_record_of_the_old_application_is_kept(old):
    old.clients.dynamodb.create_table(
        TableName="api-dashboard",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK", "GSI1PK", "GSI1SK")],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "GSI1",
                "KeySchema": [
                    {"AttributeName": "GSI1PK", "KeyType": "HASH"},
                    {"AttributeName": "GSI1SK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    theirs = {
        **sign_in_key("old"),
        "username": "old",
        "password": "$2b$12$hash",
        "email": "OLD@example.com",
        "created_at": 7,
    }
    other = {**sign_in_key("three"), "username": "three", "password": "$2b$12$hash", "email": "who@else.com"}
    for item in (theirs, other):
        old.store(API_DASHBOARD, item)
    upgrade(old)
    record = old.dynamo.get(API_DASHBOARD, sign_in_key("old"))
    assert (record["userId"], record["password"], record["created_at"]) == ("u10", "$2b$12$hash", 7)
    assert old.dynamo.get(API_DASHBOARD, sign_in_key("three")) == other
    assert user(old, "u9")["username"] != "three"


def test_plain_setup_refuses_and_names_the_command(old):
    with pytest.raises(Misconfigured, match="items of no organisation") as refused:
        setup(old.clients, old.settings, TABLES)
    assert "setup --org" in refused.value.remedy
    assert any("OrgIndex" in what for what in missing(old.clients, old.settings, TABLES))
    assert old.dynamo.get(SUBMISSIONS, {"submissionId": "s3"}) == {"submissionId": "s3", "userId": "u2"}


def test_tables_are_switched_to_on_demand_and_seed_indexes_stay(old):
    upgrade(old)
    for name, (_, indexes) in SEED.items():
        there = old.clients.dynamodb.describe_table(TableName=f"pre-work-{name}-dev")["Table"]
        keys = {index["IndexName"]: index["KeySchema"] for index in there["GlobalSecondaryIndexes"]}
        assert {index: keys[index] for index in indexes} == {
            index: [{"AttributeName": attribute, "KeyType": "HASH"}] for index, attribute in indexes.items()
        }
        if len(keys) > len(indexes):
            assert there["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_items_written_while_the_indexes_were_made_are_taken_too(old, monkeypatch):
    real = provisioning.complete

    def slow(clients, settings, tables):
        late = {"userId": "late", "email": "late@example.com", "username": "late"}
        clients.dynamodb.put_item(TableName="pre-work-users-dev", Item=marshal(late))
        return real(clients, settings, tables)

    monkeypatch.setattr("data.adoption.upgrade.complete", slow)
    report = upgrade(old)
    late = user(old, "late")
    assert late["orgId"] == report.org_id
    assert late["userId"] in {item["userId"] for item in old.dynamo.walk(USERS, BY_ORG, report.org_id)}
    partition = late["orgRole"]
    assert "late" in {item["userId"] for item in old.dynamo.walk(USERS, BY_ORG_ROLE, partition)}


@pytest.mark.parametrize("table", [USERS, PROFILES], ids=lambda table: table.name)
def test_an_upgrade_keeps_what_others_write_at_the_same_moment(old, table):
    written, numbers = {}, count()

    def rival(writes):
        first = writes[0]
        if first.table is table and first.operation == "Update":
            key = first.key[table.key[0]]
            written[key] = f"of another program: {next(numbers)}"
            old.store(table, {**old.dynamo.get(table, first.key, consistent=True), "version": written[key]})

    with conflicts(rival) as pauses:
        assert_complete(old, upgrade(old).org_id)
    assert sum(pauses) >= 1
    for key, version in written.items():
        assert old.dynamo.get(table, {table.key[0]: key}, consistent=True)["versionBefore"] == version


class Killed(Exception):
    """Stands for the end of the process."""


WRITES = (1, 5, 14, 30)
MORE_WRITES = tuple(pytest.param(count, marks=pytest.mark.soak) for count in (2, 3, 10, 20, 26, 40))


@pytest.mark.parametrize("after", [*WRITES, *MORE_WRITES])
def test_an_upgrade_killed_anywhere_is_finished_by_the_next(old, after):
    done = 0

    def count(**_):
        nonlocal done
        done += 1
        if done == after:
            raise Killed

    events = old.clients.dynamodb.meta.events
    changing = ("PutItem", "UpdateItem", "TransactWriteItems", "CreateTable", "UpdateTable", "UpdateTimeToLive")
    for operation in changing:
        events.register(f"after-call.dynamodb.{operation}", count, unique_id=f"kill-{operation}")
    try:
        with pytest.raises(Killed):
            upgrade(old)
    finally:
        for operation in changing:
            events.unregister(f"after-call.dynamodb.{operation}", unique_id=f"kill-{operation}")
    assert_complete(old, upgrade(old).org_id)


def test_an_upgrade_without_aws_says_so_and_goes_on_later(old):
    def refuse(**_):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    events = old.clients.dynamodb.meta.events
    events.register("before-call.dynamodb.TransactWriteItems", refuse, unique_id="refuse")
    try:
        with pytest.raises(AppError) as told:
            upgrade(old)
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", unique_id="refuse")
    assert not isinstance(told.value, ClientError)
    assert_complete(old, upgrade(old).org_id)


@pytest.mark.engine
def test_two_upgrades_at_once_do_each_thing_once(tmp_path):
    """On the engine, which is atomic, and checks conditions and index keys as AWS does."""
    with running_engine(tmp_path) as engine, ThreadPoolExecutor(2) as pool:
        settings = load(EMBEDDED)
        world = World(settings, Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key)))
        make(world.clients.dynamodb)
        world.seeded = fill(world.clients.dynamodb)
        reports = list(pool.map(lambda _: upgrade(world), range(2)))
        assert_complete(world, reports[0].org_id)
        assert reports[0].org_id == reports[1].org_id
        assert sum(sum(report.taken.values()) for report in reports) == sum(map(len, world.seeded.values())) - 1


@pytest.mark.engine
@pytest.mark.parametrize("refuses_first", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_the_command_takes_over_what_lies_on_a_laptop(tmp_path, refuses_first):
    """Opening must not refuse what the command is about to mend."""
    state = tmp_path / "state"
    with running_engine(state / "engine") as engine:
        settings = load(EMBEDDED)
        clients = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        make(clients.dynamodb)
        fill(clients.dynamodb)
    where = {"DASHBOARD_STATE_DIR": str(state), "DASHBOARD_PORT": str(free_port())}
    if refuses_first:
        refused = command("setup", **where)
        assert refused.returncode == 1
        assert "setup --org" in refused.stdout + refused.stderr
    taken = command("setup", "--org", "Acme", "--json", **where)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert json.loads(taken.stdout)["taken"]["users"] > 0
