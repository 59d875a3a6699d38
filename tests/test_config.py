import pytest

from data.config.resources import BUCKETS, PUBLISH_QUEUE
from data.config.settings import SettingsError
from data.registry import TABLES
from data.registry import load_settings as load
from tests.conftest import PRODUCTION

REPR_SECRET = "kept out of every word about it, always"


def test_a_laptop_needs_no_settings_at_all():
    settings = load({"PATH": "/bin", "HOME": "/"})
    assert (settings.env, settings.port, settings.url) == ("embedded", 8501, "http://127.0.0.1:8501")
    assert settings.origins == {"http://127.0.0.1:8501", "http://localhost:8501"}
    assert (settings.cookie, settings.secure) == ("dashboard_session_8501", False)


def test_production_is_one_origin_with_a_cookie_of_its_host():
    settings = load(PRODUCTION)
    assert settings.production
    assert settings.origins == {"https://ops.example.com"}
    assert (settings.cookie, settings.secure) == ("__Host-dashboard_session", True)


def test_names_follow_prefix_and_stage():
    settings = load({"DASHBOARD_PREFIX": "ours", "DASHBOARD_STAGE": "prod"})
    assert settings.table("users") == "ours-users-prod"
    assert settings.table("api-dashboard") == "api-dashboard-prod"
    assert settings.bucket("documents", "123456789012") == "ours-documents-prod-123456789012"
    assert load({}).table("api-dashboard") == "api-dashboard"
    assert load({}).bucket("documents", "123456789012") == "pre-work-documents-dev"


def test_dead_letters_are_named_behind_their_queue():
    settings = load({"DASHBOARD_PREFIX": "ops", "DASHBOARD_STAGE": "prod"})
    assert settings.message_name(PUBLISH_QUEUE.name) == "ops-publish-prod"
    assert settings.message_name(PUBLISH_QUEUE.dead) == "ops-publish-prod-dlq"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_given_another_name(table):
    variable = f"DASHBOARD_TABLE_{table.name.upper().replace('-', '_')}"
    assert load({variable: "Another.Name"}).table(table.name) == "Another.Name"


@pytest.mark.parametrize("bucket", BUCKETS, ids=lambda bucket: bucket.name)
def test_every_bucket_can_be_given_another_name(bucket):
    variable = f"DASHBOARD_BUCKET_{bucket.name.upper().replace('-', '_')}"
    assert load({variable: "another-name"}).bucket(bucket.name, "1") == "another-name"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DASHBOARD_ENV", "staging"),
        ("DASHBOARD_PORT", "eighty"),
        ("DASHBOARD_PORT", "0"),
        ("DASHBOARD_PORT", "65536"),
        ("DASHBOARD_PUBLIC_URL", "ops.example.com"),
        ("DASHBOARD_PUBLIC_URL", "https://ops.example.com/path"),
        ("DASHBOARD_PUBLIC_URL", "https://ops.example.com/?x=1"),
        ("DASHBOARD_PUBLIC_URL", "https://me:pw@ops.example.com"),
        ("DASHBOARD_PUBLIC_URL", "https://ops.example.com:port"),
        ("DASHBOARD_PUBLIC_URL", "javascript://ops.example.com"),
        ("DASHBOARD_TRUSTED_PROXIES", "10.0.0.1, here"),
        ("DASHBOARD_PREFIX", "Upper Case"),
        ("DASHBOARD_STAGE", "-dev"),
        ("DASHBOARD_PREFIX", "a" * 31),
        ("DASHBOARD_SECRET_KEY", "short"),
        ("DASHBOARD_MASTER_KEYS", "not a key"),
        ("DASHBOARD_SIGN_UP", "maybe"),
        ("DASHBOARD_DEV_HEADER", "perhaps"),
        ("AWS_REGION", "nowhere.example.com/"),
        ("COGNITO_USER_POOL_ID", "my pool"),
        ("COGNITO_IDENTITY_POOL_ID", "us-east-1_people"),
        ("COGNITO_USER_POOL_ID", "us-east-1_people"),
        ("COGNITO_IDENTITY_POOL_ID", f"us-east-1:{'0' * 36}"),
        ("DASHBOARD_TABLE_USERS", "no spaces please"),
        ("DASHBOARD_BUCKET_DOCUMENTS", "Not.A_Bucket"),
        ("DASHBOARD_TABLE_NOBODY", "x-y-z"),
        ("DASHBOARD_PROT", "8501"),
    ],
)
def test_a_wrong_or_unknown_setting_is_one_sentence_naming_it(name, value):
    stage = {"DASHBOARD_STAGE": "a" * 31} if value == "a" * 31 else {}
    with pytest.raises(SettingsError) as refused:
        load({**stage, name: value})
    sentence = str(refused.value)
    assert name in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "name", ["DASHBOARD_PUBLIC_URL", "DASHBOARD_SECRET_KEY", "DASHBOARD_MASTER_KEYS", "AWS_REGION"]
)
def test_production_does_not_start_without_what_it_needs(name):
    with pytest.raises(SettingsError, match=name):
        load({key: value for key, value in PRODUCTION.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [("DASHBOARD_PUBLIC_URL", "http://ops.example.com"), ("DASHBOARD_DEV_HEADER", "1")],
)
def test_production_does_not_start_with_what_is_unsafe(name, value):
    with pytest.raises(SettingsError, match=name):
        load({**PRODUCTION, name: value})


def test_everything_that_keeps_production_from_starting_is_named():
    unsafe = {"DASHBOARD_PUBLIC_URL": "http://x.example", "DASHBOARD_SIGN_UP": "open", "DASHBOARD_DEV_HEADER": "1"}
    with pytest.raises(SettingsError) as refused:
        load({"DASHBOARD_ENV": "production", **unsafe})
    named = ("SECRET_KEY", "MASTER_KEYS", "PUBLIC_URL", "SIGN_UP", "DEV_HEADER")
    assert all(f"DASHBOARD_{name}" in str(refused.value) for name in named)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://OPS.Example.com/", "https://ops.example.com"),
        ("https://ops.example.com:443", "https://ops.example.com"),
        ("http://ops.example.com:8080", "http://ops.example.com:8080"),
        ("http://[::1]:8501", "http://[::1]:8501"),
    ],
)
def test_the_public_url_is_kept_as_browsers_write_origins(written, origin):
    settings = load({"DASHBOARD_PUBLIC_URL": written})
    assert settings.url == origin
    assert origin in settings.origins


def test_proxies_are_read_as_addresses():
    assert [str(one) for one in load({"DASHBOARD_TRUSTED_PROXIES": "10.0.0.1, ::1,"}).trusted_proxies] == [
        "10.0.0.1",
        "::1",
    ]


@pytest.mark.parametrize("name", ["DASHBOARD_SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"])
def test_no_secret_is_shown_by_the_settings(name):
    settings = load({name: REPR_SECRET})
    assert REPR_SECRET not in f"{settings!r}{settings}{settings.model_dump()}"


def test_no_secret_is_in_the_sentence_about_it():
    for name in ("DASHBOARD_SECRET_KEY", "DASHBOARD_MASTER_KEYS"):
        with pytest.raises(SettingsError) as refused:
            load({name: "too short for it"})
        assert "too short for it" not in str(refused.value)


def test_an_empty_variable_is_as_good_as_none():
    assert load({"DASHBOARD_PORT": "", "DASHBOARD_TABLE_USERS": ""}) == load({})
