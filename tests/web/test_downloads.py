"""Files with personal data over HTTP, kind by kind: stored by no cache, and recorded when they are downloaded."""

from datetime import UTC, datetime

import httpx
import pytest

from data.audit.filters import AuditFilter
from data.audit.hash_chains import Chains
from data.audit_reports.models import Format
from data.aws.clients import Clients, Endpoint
from data.aws.provisioning import setup
from data.config.resources import DOCUMENTS, FILES_QUEUE, MEDIA_UPLOADS
from data.config.settings import load
from data.core.errors import Unavailable
from data.core.permissions import Role
from data.imports.models import NewFile
from data.imports.service import file_key
from data.registry import TABLES
from data.users.filters import UserFilter
from data.users.models import EditPerson
from data.users.segments import PeopleKind
from data.web.downloads import kinds
from tests.avatars.corpus import GOOD, encoded
from tests.conftest import EMBEDDED, StillClock, World
from tests.doors import PASSWORD, Browser
from tests.engines import running_engine

pytestmark = pytest.mark.engine
ROWS = b"email,username\nnew@acme.example,newcomer\nbroken,other\n"


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    """An embedded installation with an admin, Ann, and two users."""
    settings = load(EMBEDDED)
    with running_engine(tmp_path_factory.mktemp("engine"), sorted(settings.origins)) as engine:
        clients = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        setup(clients, settings, TABLES)
        world = World(settings, clients, clock=StillClock(datetime.now(UTC)))
        world.ann = world.person(Role.ADMIN, name="ann", password=PASSWORD)
        world.person(Role.MANAGER, name="max", password=PASSWORD)
        world.person(Role.USER, name="bob")
        world.person(Role.USER, name="cy")
        yield world


@pytest.fixture
def browser(laptop):
    browser = Browser(laptop)
    browser.sign_in("ann")
    return browser


def work(world):
    while world.services.worker.turn(FILES_QUEUE):
        pass


def people(world):
    return world.services.exports.request(world.ann, UserFilter()).job_id


def chosen_people(world):
    """An export whose users are settled when it is requested, so that their ids are stored, too."""
    world.services.directory.search(world.ann, UserFilter())
    return world.services.exports.request(world.ann, UserFilter(kind=PeopleKind.NEVER_HERE)).job_id


def trail(form):
    return lambda world: world.services.evidence.export(world.ann, AuditFilter(), form).job_id


def outcomes(world):
    command = EditPerson.of(department=world.identifiers.new())
    plan = world.services.batches.plan_change(world.ann, ["bob", "cy"], command, title="A change")
    return world.services.batches.apply(world.ann, plan.batch_id).job_id


def uploaded(world):
    """A file of users, posted as a browser posts it."""
    place = world.services.imports.upload(world.ann, NewFile(size=len(ROWS)))
    sent = httpx.post(place.url, data=place.fields, files={"file": ("people.csv", ROWS, place.fields["Content-Type"])})
    assert sent.status_code in {200, 204}
    return place.upload_id


def rejected(world):
    return world.services.imports.request(world.ann, uploaded(world), "people.csv").job_id


FILES = {
    "people": ("people", people),
    "people of a kind": ("people", chosen_people),
    "audit as CSV": ("audit", trail(Format.CSV)),
    "audit as JSON": ("audit", trail(Format.JSON)),
    "outcomes": ("outcomes", outcomes),
    "rejected lines": ("rejected", rejected),
}


def test_every_kind_of_file_is_asked_for_here(laptop):
    assert {kind for kind, _ in FILES.values()} == set(kinds(laptop.services))


@pytest.mark.parametrize(("kind", "request_file"), FILES.values(), ids=FILES)
def test_a_file_and_the_way_to_it_are_stored_by_no_cache(laptop, browser, kind, request_file):
    job_id = request_file(laptop)
    work(laptop)
    redirect = browser.http.get(f"/files/{kind}/{job_id}")
    assert (redirect.status_code, redirect.headers["cache-control"]) == (303, "no-store")
    answer = httpx.get(redirect.headers["location"])
    assert answer.content
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize(("kind", "request_file"), FILES.values(), ids=FILES)
def test_each_download_leaves_a_record(laptop, browser, kind, request_file):
    job_id = request_file(laptop)
    work(laptop)
    for number in (1, 2):
        browser.http.get(f"/files/{kind}/{job_id}")
        found = downloads(laptop, job_id)
        assert len(found) == number
    record, details = found[-1], found[-1]["after"]
    assert (record["userId"], record["via"], details["kind"]) == ("ann", "web", kind)
    assert details.keys() == {"kind", "fileName", "rows"}
    assert details["rows"] >= 1
    assert details["fileName"].endswith((".csv", ".json"))


@pytest.mark.parametrize(("kind", "request_file"), FILES.values(), ids=FILES)
def test_a_file_is_not_handed_out_without_its_record(laptop, browser, kind, request_file, monkeypatch):
    job_id = request_file(laptop)
    work(laptop)

    def fails(*_args, **_more):
        raise Unavailable("The store does not answer.")

    monkeypatch.setattr(Chains, "seal", fails)
    answer = browser.http.get(f"/files/{kind}/{job_id}")
    assert (answer.status_code, "location" in answer.headers) == (503, False)
    assert downloads(laptop, job_id) == []


def test_a_refused_download_leaves_no_record(laptop):
    job_id = people(laptop)
    work(laptop)
    stranger = Browser(laptop)
    stranger.sign_in("max")
    assert stranger.http.get(f"/files/people/{job_id}").status_code == 404
    assert downloads(laptop, job_id) == []


def test_a_file_that_a_page_only_mentions_is_no_download(laptop):
    job_id = people(laptop)
    work(laptop)
    assert laptop.services.exports.link(laptop.ann, job_id).rows >= 1
    assert downloads(laptop, job_id) == []


def downloads(world, job_id):
    return [record for record in world.trail(job_id) if record["action"] == "file_downloaded"]


def test_everything_that_lies_in_the_documents_bucket_says_no_store(laptop):
    for _, request_file in FILES.values():
        request_file(laptop)
    work(laptop)
    found = {one.key: stored_caching(laptop, DOCUMENTS, one.key) for one in laptop.platform.objects.walk(DOCUMENTS, "")}
    endings = {key.rpartition("/")[2].rpartition(".")[2] for key in found}
    assert {"csv", "json", "jsonl", "ids"} <= endings
    assert set(found.values()) == {"no-store"}


def test_an_uploaded_file_of_people_says_no_store(laptop):
    key = file_key("acme", uploaded(laptop))
    assert stored_caching(laptop, DOCUMENTS, key) == "no-store"


def test_an_upload_that_asks_to_be_cached_is_refused(laptop):
    place = laptop.services.imports.upload(laptop.ann, NewFile(size=len(ROWS)))
    fields = place.fields | {"Cache-Control": "public, max-age=31536000"}
    sent = httpx.post(place.url, data=fields, files={"file": ("people.csv", ROWS, fields["Content-Type"])})
    assert sent.status_code == 403


def test_a_picture_is_kept_by_its_browser_no_longer_than_its_link(laptop):
    user = laptop.services.pictures.set(laptop.ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    for url, key in (
        (laptop.services.pictures.url(user), user.picture_key),
        (laptop.services.pictures.small_url(user), user.picture_small_key),
    ):
        lifetime = int(httpx.URL(url).params["X-Amz-Expires"])
        answer = httpx.get(url)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, f"private, max-age={lifetime}")
        assert stored_caching(laptop, MEDIA_UPLOADS, key) == f"private, max-age={lifetime}"


def stored_caching(world, bucket, key):
    """What the object itself says, whatever a link asks for."""
    name = world.settings.bucket(bucket.name, "")
    return world.clients.s3.head_object(Bucket=name, Key=key).get("CacheControl")
