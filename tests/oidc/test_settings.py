"""The settings of the company account: all of them or none, and nothing that others could read on the way."""

import pytest

from data.config.settings import SettingsError, load
from data.config.urls import private
from tests.conftest import PRODUCTION

OIDC = {"OIDC_ISSUER": "https://login.example.com/eu", "OIDC_CLIENT_ID": "ours", "OIDC_CLIENT_SECRET": "never told"}


def test_company_account_is_there_when_it_is_set():
    settings = load({**PRODUCTION, **OIDC})
    assert (settings.company_account, settings.oidc_issuer) == (True, "https://login.example.com/eu")
    assert not load(PRODUCTION).company_account


@pytest.mark.parametrize("missing", OIDC)
def test_company_account_needs_all_three_settings(missing):
    with pytest.raises(SettingsError, match=missing) as refused:
        load({name: value for name, value in OIDC.items() if name != missing})
    assert "never told" not in str(refused.value)


@pytest.mark.parametrize(
    "issuer",
    [
        *(
            "login.example.com",
            "http://login.example.com",
            "https://",
            "ftp://login.example.com",
            "https://a b.example",
        ),
        *("https://me:pw@login.example.com", "https://login.example.com/?x=1", "https://login.example.com/#x"),
        *("https://login.example.com:port", "http://10.0.0.1", "http://localhost.example.com", "https://[::1"),
    ],
)
def test_wrong_issuer_is_one_sentence_naming_it(issuer):
    with pytest.raises(SettingsError, match=r"^OIDC_ISSUER is wrong: .*\.$"):
        load({**OIDC, "OIDC_ISSUER": issuer})


def test_production_refuses_an_issuer_without_tls():
    local = {**OIDC, "OIDC_ISSUER": "http://127.0.0.1:9000"}
    assert load(local).company_account
    with pytest.raises(SettingsError, match="OIDC_ISSUER"):
        load({**PRODUCTION, **local})


def test_client_secret_is_shown_by_no_setting():
    settings = load({**PRODUCTION, **OIDC})
    assert "never told" not in f"{settings!r}{settings}{settings.model_dump()}"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        *((url, True) for url in ("https://a.example", "http://localhost:1", "http://[::1]/", "http://127.9.9.9/x")),
        *(
            (url, False)
            for url in ("http://a.example", "//a.example", "https://a\n.example", "https://\u24d0.example", "")
        ),
    ],
)
def test_only_what_nobody_overhears_is_private(url, safe):
    assert private(url) is safe
