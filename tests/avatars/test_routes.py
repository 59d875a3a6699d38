import httpx
import pytest

from data.aws.clients import Clients, Endpoint
from data.aws.provisioning import setup
from data.config.settings import load
from data.core.permissions import Role
from data.registry import TABLES
from tests.avatars.corpus import GOOD, encoded
from tests.callers import caller, fields
from tests.conftest import EMBEDDED, World
from tests.engines import running_engine

PICTURE = "/api/settings/profile-picture"
BODY = {"imageData": encoded(GOOD["photograph"]), "contentType": "image/jpeg"}


@pytest.fixture
def ann(world):
    return world.person(Role.USER, name="ann")


@pytest.fixture
def api(world, ann):
    return caller(world, ann)


def test_a_picture_is_set_shown_and_removed(api):
    assert api.get(f"{PICTURE}/url").status_code == 404
    made = api.post(PICTURE, json=BODY)
    assert (made.status_code, set(made.json())) == (200, {"url", "expiresAt"})
    assert api.get(f"{PICTURE}/url").json()["url"] == made.json()["url"]
    assert api.get("/api/profiles?userId=ann").json()["pictureUrl"] == made.json()["url"]
    for _ in range(2):
        assert api.delete(PICTURE).status_code == 204
    assert api.get(f"{PICTURE}/url").status_code == 404


def test_the_seeds_placeholder_is_refused_by_name(api):
    answer = api.post(PICTURE, json={"imageData": "base64-encoded-image", "contentType": "image/jpeg"})
    assert (answer.status_code, fields(answer)) == (422, {"imageData"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"contentType": "image/jpeg"}, "imageData"),
        ({"imageData": "", "contentType": "image/jpeg"}, "imageData"),
        ({"imageData": BODY["imageData"]}, "contentType"),
        ({**BODY, "contentType": "image/svg+xml"}, "contentType"),
        ({**BODY, "userId": "a b"}, "userId"),
        ({**BODY, "key": "x"}, "key"),
        ({**BODY, "imageData": encoded(b"<svg/>")}, "imageData"),
    ],
)
def test_bad_input_names_the_field_as_it_is_sent(api, body, field):
    answer = api.post(PICTURE, json=body)
    assert (answer.status_code, fields(answer)) == (422, {field})


def test_what_is_larger_than_seven_megabytes_is_turned_away(api):
    answer = api.post(PICTURE, json={**BODY, "imageData": "A" * 7_400_000})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_pictures_of_others_are_for_those_above(world, api):
    world.person(Role.USER, name="tim")
    assert api.post(PICTURE, json={**BODY, "userId": "tim"}).status_code == 403
    assert api.delete(f"{PICTURE}?userId=tim").status_code == 403
    admin = caller(world, world.person(Role.ADMIN, name="root"))
    assert admin.post(PICTURE, json={**BODY, "userId": "tim"}).status_code == 200
    assert admin.get(f"{PICTURE}/url").status_code == 404


@pytest.mark.engine
def test_the_address_shows_the_picture_to_a_browser(tmp_path):
    settings = load(EMBEDDED)
    with running_engine(tmp_path, settings.origins) as engine:
        clients = Clients(settings, Endpoint(engine.url, engine.access_key_id, engine.secret_access_key))
        setup(clients, settings, TABLES)
        from data.core.clock import SystemClock  # noqa: PLC0415 - the engine knows what time it is

        world = World(settings, clients, SystemClock())
        url = caller(world, world.person(Role.USER)).post(PICTURE, json=BODY).json()["url"]
        with httpx.Client(trust_env=False) as browser:
            shown = browser.get(url)
            assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
            assert shown.content[:4] == b"RIFF"
            assert browser.get(url.partition("?")[0]).status_code == 403
            assert browser.get(url.replace("image%2Fwebp", "text%2Fhtml")).status_code == 403
