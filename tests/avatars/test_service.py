import pytest

from data.avatars import service as pictures_module
from data.avatars.imaging import render
from data.config.resources import MEDIA_UPLOADS
from data.core.errors import InvalidInput, NotFound, NotPermitted, Unavailable
from data.core.permissions import Role
from data.users.models import EditPerson
from data.users.table import USERS
from tests.avatars.corpus import GOOD, encoded


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    """The child process is proven in test_decoding; without it these tests take a tenth of the time."""
    monkeypatch.setattr(pictures_module, "decode", render)


@pytest.fixture(autouse=True)
def ann(world):
    return world.person(Role.USER, name="ann")


@pytest.fixture
def pictures(world):
    return world.services.pictures


def keys(world):
    return sorted(found.key for found in world.platform.objects.walk(MEDIA_UPLOADS, ""))


def named(world):
    """The keys that Ann's row names."""
    item = world.dynamo.get(USERS, {"userId": "ann"})
    return sorted(item[name] for name in ("pictureKey", "pictureSmallKey") if name in item)


def test_a_picture_lies_where_the_contract_says(world, ann, pictures):
    at = int(world.clock.moment.timestamp() * 1000)
    user = pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    folder, _, name = user.picture_key.rpartition("/")
    assert (folder, name.endswith(".webp")) == ("profile-pictures/ann", True)
    assert 0 <= int(name.removesuffix(".webp")) - at < 1_000
    assert keys(world) == named(world)
    head = world.platform.objects.head(MEDIA_UPLOADS, user.picture_key)
    assert head.content_type == "image/webp"


def test_the_next_picture_takes_the_place_of_the_last(world, ann, pictures):
    first = pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    second = pictures.set(ann, "ann", encoded(GOOD["png"]), "image/png")
    assert first.picture_key != second.picture_key
    assert keys(world) == named(world)
    assert [record["action"] for record in world.trail("ann")] == ["picture_changed"] * 2


def test_a_removed_picture_leaves_nothing_behind(world, ann, pictures):
    pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    for _ in range(2):
        assert pictures.remove(ann, "ann").picture_key is None
    assert (keys(world), named(world)) == ([], [])
    assert [record["action"] for record in world.trail("ann")] == ["picture_changed", "picture_removed"]
    with pytest.raises(NotFound):
        pictures.get_url(ann, "ann")


@pytest.mark.parametrize("sent", ["data:image/jpeg;base64,{}", "{}", " {}\n", "data:,{}"])
def test_base64_is_taken_as_browsers_make_it(ann, pictures, sent):
    assert pictures.set(ann, "ann", sent.format(encoded(GOOD["jpeg"])), "image/jpeg").picture_key


@pytest.mark.parametrize(
    ("data", "kind", "field"),
    [
        ("base64-encoded-image", "image/jpeg", "imageData"),
        ("ü", "image/png", "imageData"),
        ("A" * 7_000_000, "image/png", "imageData"),
        (encoded(GOOD["jpeg"]), "image/svg+xml", "contentType"),
        (encoded(GOOD["jpeg"]), "", "contentType"),
    ],
)
def test_a_bad_picture_changes_nothing_and_names_the_field(world, ann, data, kind, field):
    pictures = world.services.pictures
    with pytest.raises(InvalidInput) as refused:
        pictures.set(ann, "ann", data, kind)
    assert set(refused.value.fields) == {field}
    assert (keys(world), named(world)) == ([], [])


def test_the_largest_picture_of_the_chooser_is_taken(ann, pictures):
    from components.kit.uploads import LARGEST  # noqa: PLC0415 - the browser's limit must not be wider than ours

    padded = GOOD["jpeg"] + bytes(LARGEST - len(GOOD["jpeg"]))
    assert pictures.set(ann, "ann", encoded(padded), "image/jpeg").picture_key
    with pytest.raises(InvalidInput, match="attention"):
        pictures.set(ann, "ann", encoded(padded + b"\0"), "image/jpeg")


@pytest.mark.parametrize("broken", ["commit", "put_object"])
def test_the_next_change_removes_what_a_crash_left(world, ann, pictures, monkeypatch, broken):
    first = pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")

    class Crash(BaseException):
        """What no handler of ours catches, like the end of the process."""

    def crash(*_, **__):
        raise Crash

    with monkeypatch.context() as patch:
        if broken == "commit":
            patch.setattr(type(world.dynamo), "commit", crash)
        else:
            patch.setattr(type(world.platform.objects), "delete", crash)
        with pytest.raises(Crash):
            pictures.set(ann, "ann", encoded(GOOD["png"]), "image/png")
    assert len(keys(world)) == 4
    assert set(named(world)) <= set(keys(world))
    assert (named(world)[-1] == first.picture_key) == (broken == "commit")
    world.clock.pass_(hours=1)
    pictures.set(ann, "ann", encoded(GOOD["gif"]), "image/gif")
    assert keys(world) == named(world)


@pytest.mark.parametrize("meanwhile", ["set", "remove"])
def test_a_change_under_way_survives_another(world, ann, pictures, monkeypatch, meanwhile):
    commit = type(world.dynamo).commit

    def after_another(self, writes):
        monkeypatch.setattr(type(world.dynamo), "commit", commit)
        if meanwhile == "set":
            pictures.set(ann, "ann", encoded(GOOD["png"]), "image/png")
        else:
            pictures.remove(ann, "ann")
        commit(self, writes)

    pictures.set(ann, "ann", encoded(GOOD["gif"]), "image/gif")
    monkeypatch.setattr(type(world.dynamo), "commit", after_another)
    pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    assert len(named(world)) == 2
    assert set(named(world)) <= set(keys(world))


def test_a_picture_is_set_although_tidying_fails(world, ann, pictures, monkeypatch):
    pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")

    def unavailable(*_):
        raise Unavailable("The data store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(type(world.platform.objects), "delete", unavailable)
        second = pictures.set(ann, "ann", encoded(GOOD["png"]), "image/png")
    assert second.picture_key in named(world)


def test_the_same_address_shows_a_picture_for_a_while(world, ann, pictures):
    pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    first = pictures.get_url(ann, "ann")
    assert pictures.get_url(ann, "ann").url == first.url
    assert first.url != pictures.small_url(world.services.users.find("ann"))
    assert (first.expires_at - world.clock.moment).total_seconds() > 400


def test_only_those_who_may_edit_change_a_picture(world, ann, pictures):
    boss, root = world.person(Role.MANAGER, name="boss"), world.person(Role.ADMIN, name="root")
    others = [world.person(Role.MANAGER, name="max"), world.person(Role.ANALYST, name="ana")]
    world.services.users.edit(root, "ann", EditPerson.of(managerId="boss"))
    for actor in (boss, root, ann):
        pictures.set(actor, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    before = keys(world)
    for actor in others:
        with pytest.raises(NotPermitted):
            pictures.set(actor, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
        with pytest.raises(NotPermitted):
            pictures.remove(actor, "ann")
        assert pictures.get_url(actor, "ann").url
    stranger = world.person(Role.ADMIN, org="globex", name="eve")
    for act in (pictures.remove, pictures.get_url):
        with pytest.raises(NotFound):
            act(stranger, "ann")
    assert keys(world) == before


def test_a_change_of_picture_is_a_version_of_the_person(world, ann, pictures):
    pictures.set(ann, "ann", encoded(GOOD["jpeg"]), "image/jpeg")
    item = world.dynamo.get(USERS, {"userId": "ann"})
    assert (item["version"], item["firstName"]) == (2, "Ann")
