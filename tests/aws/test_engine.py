"""What moto cannot show: races, signatures and upload policies, on the embedded engine."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest

from data.aws.clients import Clients, Endpoint
from data.aws.conditions import absent, absent_or, at_version, more_than, present
from data.aws.dynamodb import Dynamo
from data.aws.metering import metered
from data.aws.provisioning import missing, setup
from data.aws.s3 import Objects
from data.aws.tables import add, change, create
from data.config.resources import BUCKETS, DOCUMENTS, MEDIA_UPLOADS
from data.config.settings import load
from data.core.errors import AlreadyThere, Conflict
from data.registry import TABLES
from data.storage.single_table import API_DASHBOARD
from data.users.table import BY_ORG, USERS
from tests.conftest import EMBEDDED
from tests.engines import running_engine

pytestmark = pytest.mark.engine
TAKEN, MOVED = AlreadyThere("There already."), Conflict("Moved.")
THREADS, ROUNDS = 12, 10


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    """An embedded installation, set up for the first time."""
    settings = load(EMBEDDED)
    with running_engine(tmp_path_factory.mktemp("engine"), sorted(settings.origins)) as engine:
        clients = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        made = setup(clients, settings, TABLES).made
        yield SimpleNamespace(
            settings=settings,
            clients=clients,
            made=made,
            dynamo=Dynamo(clients, settings.table),
            objects=Objects(clients, settings),
        )


def test_setup_makes_all_of_it_once(laptop):
    assert len([what for what in laptop.made if what.startswith(("table", "bucket"))]) == len(TABLES) + len(BUCKETS)
    assert setup(laptop.clients, laptop.settings, TABLES).made == ()
    assert missing(laptop.clients, laptop.settings, TABLES) == ()


def test_two_setups_at_once_on_an_empty_engine(tmp_path):
    settings = load(EMBEDDED)
    with running_engine(tmp_path) as engine, ThreadPoolExecutor(2) as pool:
        endpoint = Endpoint(engine.url, engine.access_key_id, engine.secret_access_key)
        both = [Clients(settings, endpoint), Clients(settings, endpoint)]
        list(pool.map(lambda clients: setup(clients, settings, TABLES), both))
        assert missing(both[0], settings, TABLES) == ()


def test_a_stretch_that_ends_before_it_begins_holds_nothing(laptop):
    """DynamoDB refuses such a question; moto answers it."""
    since, until = "2026-11-03T00:00:00.000Z", "2026-11-02T00:00:00.000Z"
    assert laptop.dynamo.query(USERS, BY_ORG, "acme", since=since, until=until).items == ()


def race(act):
    """How many of many at once had their way; the others must have met a Conflict."""

    def one(number):
        try:
            act(number)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(THREADS)))


@pytest.mark.parametrize("together", [False, True], ids=["alone", "in a transaction"])
def test_one_of_many_creators_wins_each_time(laptop, together):
    for number in range(ROUNDS):
        key = {"userId": f"raced-{number}-{together}"}
        counter = {"PK": f"RACE#{number}", "SK": "COUNT"}
        counted = absent_or(API_DASHBOARD, present(API_DASHBOARD))

        def act(who, key=key, counter=counter, counted=counted):
            writes = [create(USERS, {**key, "by": who}, when=absent(USERS), otherwise=AlreadyThere("There already."))]
            if together:
                writes.append(add(API_DASHBOARD, counter, {"count": 1}, when=counted, otherwise=MOVED))
            laptop.dynamo.commit(writes)

        assert race(act) == 1
        if together:
            assert laptop.dynamo.get(API_DASHBOARD, counter)["count"] == 1


def test_a_counter_never_falls_below_its_floor(laptop):
    counter = {"PK": "ORG#raced", "SK": "ADMINS"}
    laptop.dynamo.commit([create(API_DASHBOARD, counter | {"count": 5}, when=absent(API_DASHBOARD), otherwise=TAKEN)])

    def act(_):
        floor = Conflict("The last admin stays.")
        laptop.dynamo.commit([add(API_DASHBOARD, counter, {"count": -1}, when=more_than("count", 1), otherwise=floor)])

    assert race(act) == 4
    assert laptop.dynamo.get(API_DASHBOARD, counter, consistent=True)["count"] == 1


def test_of_many_edits_of_one_version_one_holds(laptop):
    key = {"userId": "edited"}
    laptop.dynamo.commit([create(USERS, key | {"version": 1}, when=absent(USERS), otherwise=TAKEN)])
    for version in range(1, ROUNDS):

        def act(who, version=version):
            values = {"by": who, "version": version + 1}
            moved = Conflict("Moved.")
            laptop.dynamo.commit([change(USERS, key, values, when=at_version(version), otherwise=moved)])

        assert race(act) == 1
    assert laptop.dynamo.get(USERS, key, consistent=True)["version"] == ROUNDS


def test_what_a_read_costs_grows_with_what_it_reads(laptop):
    rows = ({"userId": f"big{n}", "orgId": "big", "createdAt": f"{n:03}", "bio": "x" * 2_000} for n in range(50))
    laptop.dynamo.put_all(USERS, rows)
    with metered() as bill:
        assert len(laptop.dynamo.query(USERS, BY_ORG, "big", limit=50).items) == 50
        laptop.dynamo.get(USERS, {"userId": "big1"})
    many, one = bill.calls
    assert many.size > 100_000 > one.size > 2_000
    assert many.units > 10 * one.units


def test_a_url_shows_its_object_and_no_other(laptop):
    laptop.objects.put(DOCUMENTS, "a/b c+ü.txt", b"<script>", content_type="text/html")
    laptop.objects.put(DOCUMENTS, "secret", b"secret", content_type="text/plain")
    url = laptop.objects.url(DOCUMENTS, "a/b c+ü.txt", content_type="text/plain", file_name="ü.txt")
    answer = httpx.get(url)
    assert (answer.status_code, answer.content) == (200, b"<script>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    path = url.partition("?")[0]
    for forged in (
        url.replace(path, path.rpartition("/a/")[0] + "/secret"),
        url.replace("text%2Fplain", "text%2Fhtml"),
        url.replace("attachment", "inline"),
        path,
        url[:-1] + ("0" if url[-1] != "0" else "1"),
    ):
        assert httpx.get(forged).status_code in {400, 403}
    assert httpx.put(url, content=b"x").status_code in {400, 403}


def posted(form, body, **changed):
    fields = form.fields | changed
    return httpx.post(form.url, data=fields, files={"file": ("x", body, fields.get("Content-Type", ""))}).status_code


def test_an_upload_takes_its_type_and_size_and_key_only(laptop):
    form = laptop.objects.form(MEDIA_UPLOADS, "incoming/x", content_type="image/png", most_bytes=1_000)
    assert posted(form, b"x" * 1_001) in {400, 403}
    assert posted(form, b"") in {400, 403}
    assert posted(form, b"x", **{"Content-Type": "text/html"}) in {400, 403}
    assert posted(form, b"x", key="incoming/y") in {400, 403}
    assert laptop.objects.find(MEDIA_UPLOADS, "incoming/x") is None
    assert posted(form, b"x" * 1_000) in {200, 204}
    found = laptop.objects.head(MEDIA_UPLOADS, "incoming/x")
    assert (found.size, found.content_type) == (1_000, "image/png")


def test_a_walk_pages_through_the_engine_too(laptop, monkeypatch):
    monkeypatch.setattr("data.aws.s3.MOST_LISTED", 2)
    for number in range(5):
        laptop.objects.put(DOCUMENTS, f"walk/{number}", b"x", content_type="text/plain")
    assert [one.key for one in laptop.objects.walk(DOCUMENTS, "walk/")] == [f"walk/{number}" for number in range(5)]
    laptop.objects.delete(DOCUMENTS, "walk/0")
    assert len(list(laptop.objects.walk(DOCUMENTS, "walk/"))) == 4


def test_sets_that_writes_add_to_are_united(laptop):
    key = {"PK": "SETS", "SK": "ONE"}

    def united(member):
        sums = {"number": 1, "members": {member}}
        write = add(API_DASHBOARD, key, sums, when=absent_or(API_DASHBOARD, more_than("number", 0)), otherwise=MOVED)
        laptop.dynamo.commit([write])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(united, ["acme", "globex", "acme", "initech"]))
    stored = laptop.dynamo.get(API_DASHBOARD, key, consistent=True)
    assert (stored["members"], stored["number"]) == ({"acme", "globex", "initech"}, 4)
