"""The way to the company account and back, over HTTP, with a provider that holds us to the rules."""

from html import unescape
from urllib.parse import urlencode

import pytest

from data.audit.table import AUDIT_LOG
from data.authentication.sign_in import STRANGER
from data.storage.single_table import API_DASHBOARD
from data.web.oidc.id_token import UNTRUSTED
from data.web.oidc.login_attempt import LASTS
from data.web.oidc.provider import LATE
from data.web.oidc.routes import ABSENT, DECLINED, ELSEWHERE
from tests.conftest import EMBEDDED
from tests.doors import PASSWORD
from tests.oidc.conftest import Visitor, query
from tests.oidc.provider import CLIENT_SECRET

SESSION, DEVICE, OIDC = "dashboard_session_8501", "dashboard_device_8501", "dashboard_oidc_8501"
URL = "http://127.0.0.1:8501"


def sessions(world):
    return [item for item in world.items(API_DASHBOARD) if item["SK"] == "SESSION"]


def refused(world, answer, words, status=403):
    """Whether it ended on the sign-in page in these words, and nobody came in."""
    assert (answer.status_code, words in unescape(answer.text), "Sign in to Operations" in answer.text) == (
        status,
        True,
        True,
    )
    assert SESSION not in answer.headers.get("set-cookie", "")
    assert not sessions(world)
    return True


def test_company_account_opens_the_page_asked_for(visitor):
    answer = visitor.company_sign_in("/users?role=admin")
    assert (answer.status_code, answer.headers["location"]) == (303, "/users?role=admin")
    assert visitor.whoever == "ann"


def test_trail_says_they_came_by_company_account(world, visitor):
    visitor.company_sign_in()
    record = world.trail("ann")[-1]
    assert (record["action"], record["userId"], record["via"]) == ("signed_in", "ann", "oidc")
    assert record["after"]["address"] == visitor.address
    assert world.services.users.find("ann").last_seen_at


def test_cookies_are_those_of_every_sign_in(visitor):
    answer = visitor.company_sign_in()
    lines = {line.partition("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")}
    assert lines.keys() == {SESSION, DEVICE, OIDC}
    assert all("httponly" in line and "samesite=lax" in line and "path=/" in line for line in lines.values())
    assert "max-age=0" in lines[OIDC]
    assert set(visitor.http.cookies) == {SESSION, DEVICE}


def test_session_that_browser_had_ends(world, visitor):
    visitor.company_sign_in()
    first = visitor.http.cookies[SESSION]
    visitor.company_sign_in()
    assert [len(sessions(world)), visitor.http.cookies[SESSION] == first] == [1, False]


def test_no_secret_of_ours_is_in_any_address(visitor):
    there = visitor.begin().headers["location"]
    back = visitor.go(there)
    assert CLIENT_SECRET not in there + back
    assert query(there).keys() == {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }
    assert query(there)["redirect_uri"] == f"{URL}/auth/oidc/callback"


def test_each_attempt_has_its_own_secrets(visitor):
    first, second = (query(visitor.begin().headers["location"]) for _ in range(2))
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_nobody_reads_the_cookie_of_an_attempt(visitor):
    there = query(visitor.begin().headers["location"])
    kept = visitor.http.cookies[OIDC]
    assert not any(there[name] in kept for name in ("state", "nonce"))


def test_foreign_page_begins_no_sign_in(visitor):
    for site in ("cross-site", "same-site"):
        answer = visitor.begin("/users", **{"sec-fetch-site": site})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/users")
        assert OIDC not in visitor.http.cookies


@pytest.mark.parametrize("next_", ["//evil.example", "/\\evil.example", "https://evil.example", "/%0d%0aevil.example"])
def test_company_account_leads_nowhere_else_afterwards(visitor, next_):
    assert visitor.company_sign_in(next_).headers["location"] == "/"


def test_forged_state_is_refused_and_keeps_attempt(world, visitor):
    back = visitor.go(visitor.begin().headers["location"])
    for state in ("", "x" * 43, "\ud800"):
        forged = f"/auth/oidc/callback?{urlencode(query(back) | {'state': state}, errors='surrogatepass')}"
        assert refused(world, visitor.come_back(forged), ELSEWHERE), state
    assert visitor.come_back(back).status_code == 303


def test_same_way_back_opens_only_once(world, visitor, provider):
    back = visitor.go(visitor.begin().headers["location"])
    cookie = visitor.http.cookies[OIDC]
    assert visitor.come_back(back).status_code == 303
    again = visitor.come_back(back)
    assert (again.status_code, ELSEWHERE in again.text) == (403, True)
    replayed = Visitor(world).come_back(back, cookie=f"{OIDC}={cookie}")
    assert (replayed.status_code, LATE in replayed.text) == (403, True)
    assert (len(sessions(world)), provider.asked.count("/token")) == (1, 2)


def test_other_browser_cannot_use_the_way_back(world, visitor):
    back = visitor.go(visitor.begin().headers["location"])
    assert refused(world, Visitor(world).come_back(back), ELSEWHERE)


def test_attackers_way_back_signs_no_victim_in(world, visitor):
    theirs = visitor.go(visitor.begin().headers["location"])
    victim = Visitor(world)
    victim.begin()
    assert refused(world, victim.come_back(theirs), ELSEWHERE)


def test_code_of_other_attempt_is_refused(world, visitor):
    stolen = query(Visitor(world).go(Visitor(world).begin().headers["location"]))["code"]
    back = query(visitor.go(visitor.begin().headers["location"]))
    answer = visitor.come_back(f"/auth/oidc/callback?{urlencode(back | {'code': stolen})}")
    assert refused(world, answer, LATE)


def test_attempt_is_over_after_ten_minutes(world, visitor):
    back = visitor.go(visitor.begin().headers["location"])
    world.clock.pass_(seconds=LASTS.total_seconds() + 2)
    assert refused(world, visitor.come_back(back), ELSEWHERE)


def test_changed_cookie_is_as_good_as_none(world, visitor):
    back = visitor.go(visitor.begin().headers["location"])
    kept = visitor.http.cookies[OIDC]
    cursor = world.platform.seal.seal("something else", "/", query(back)["state"], "nonce", "verifier")
    for changed in (kept[:-8] + "AAAAAAA=", kept[:40], cursor, "\u00ff".encode().decode("latin-1"), ""):
        answer = Visitor(world).http.get(back, headers={"cookie": f"{OIDC}={changed}".encode("latin-1")})
        assert refused(world, answer, ELSEWHERE), changed


def test_refusal_of_provider_ends_at_sign_in_page(world, visitor, provider):
    for sent in ({"error": "access_denied"}, {}, {"code": "x" * 5_000}, {"code": "x", "iss": "https://evil.example"}):
        state = query(visitor.begin("/users").headers["location"])["state"]
        answer = visitor.come_back(f"/auth/oidc/callback?{urlencode(sent | {'state': state})}")
        assert refused(world, answer, DECLINED), sent
        assert 'name="next" value="/users"' in answer.text
    assert "/token" not in provider.asked


def test_words_of_provider_are_never_shown(visitor):
    state = query(visitor.begin().headers["location"])["state"]
    sent = {"error": "access_denied", "error_description": "<b>call 555-0100</b>", "state": state}
    assert "555" not in visitor.come_back(f"/auth/oidc/callback?{urlencode(sent)}").text


def test_laptop_comes_back_under_either_name(visitor):
    there = visitor.http.get("http://localhost:8501/auth/oidc").headers["location"]
    assert query(there)["redirect_uri"] == "http://localhost:8501/auth/oidc/callback"
    assert visitor.come_back(visitor.go(there)).status_code == 303


@pytest.mark.parametrize("email", ["Ann@Acme.Example", "ANN@ACME.EXAMPLE", "ann@acme.example"])
def test_case_of_email_makes_no_difference(visitor, provider, email):
    provider.person["email"] = email
    visitor.company_sign_in()
    assert visitor.whoever == "ann"


@pytest.mark.parametrize("email", ["\uff41nn@acme.example", "ann@acme\uff0eexample", "ann@acme.example\u00a0"])
def test_lookalike_of_email_is_another_mailbox(world, visitor, provider, email):
    provider.person["email"] = email
    assert refused(world, visitor.company_sign_in(), STRANGER)


def test_composed_letters_are_one_email(world, visitor, provider):
    world.person(name="zoe", email="zo\u00eb@acme.example")
    provider.person["email"] = "zoe\u0308@acme.example"
    visitor.company_sign_in()
    assert visitor.whoever == "zoe"


def test_everybody_comes_into_their_own_organisation(world, visitor, provider):
    world.person("admin", "globex", "greta")
    provider.person["email"] = "greta@globex.example"
    visitor.company_sign_in()
    assert visitor.whoever == "greta.globex"
    assert {item["orgId"] for item in sessions(world)} == {"globex"}


@pytest.mark.parametrize(
    "said",
    [
        {"email": "nobody@acme.example"},
        {"email": "ann"},
        {"email": "ann@acme.example" + "x" * 300},
        {"email": None},
        {"email": ["ann@acme.example"]},
        {"email": "ann@acme.example\x00"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": 1},
        {"email_verified": None},
    ],
    ids=str,
)
def test_strangers_and_unverified_hear_the_same_words(world, visitor, provider, said):
    provider.person |= said
    people = len(world.items(API_DASHBOARD))
    assert refused(world, visitor.company_sign_in(), STRANGER)
    assert len(world.items(API_DASHBOARD)) == people
    assert not world.items(AUDIT_LOG)


def test_verification_that_is_not_mentioned_is_missing(world, visitor, provider):
    del provider.person["email_verified"]
    assert refused(world, visitor.company_sign_in(), STRANGER)


def test_inactive_person_hears_the_same_words(world, visitor, provider):
    world.person(name="ida", status="inactive")
    provider.person["email"] = "ida@acme.example"
    assert refused(world, visitor.company_sign_in(), STRANGER)


def test_email_given_up_signs_nobody_in(world, visitor):
    new, now = "a@acme.example", world.clock.now()
    with world.begin() as unit:
        world.services.credentials.change_email(
            unit, user_id="ann", org_id="acme", username="ann", old="ann@acme.example", new=new, at=now
        )
    assert refused(world, visitor.company_sign_in(), STRANGER)


def test_email_kept_out_of_tokens_is_asked_for(visitor, provider):
    provider.person, provider.tells = {}, {"sub": "248289761001", **provider.person}
    provider.described = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    visitor.company_sign_in()
    assert visitor.whoever == "ann"


def test_verification_kept_out_of_tokens_is_asked_for(visitor, provider):
    provider.tells = {"sub": "248289761001", **provider.person}
    del provider.person["email_verified"]
    provider.described = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    visitor.company_sign_in()
    assert visitor.whoever == "ann"


def test_email_of_other_subject_is_not_believed(world, visitor, provider):
    provider.person, provider.tells = {}, {"sub": "somebody else", **provider.person}
    provider.described = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    assert refused(world, visitor.company_sign_in(), STRANGER)


def test_provider_may_want_secret_in_the_form(visitor, provider):
    provider.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    visitor.company_sign_in()
    assert visitor.whoever == "ann"


def test_laptop_goes_past_proxies_of_its_environment(visitor, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    visitor.company_sign_in()
    assert visitor.whoever == "ann"


def test_button_is_there_and_leads_back(visitor):
    page = visitor.http.get("/sign-in", params={"next": "/users?role=admin&x=1"}).text
    assert 'href="/auth/oidc?next=/users%3Frole%3Dadmin%26x%3D1"' in page
    assert "Continue with company account" in page


def test_password_opens_beside_company_account(world, visitor):
    world.person(name="pat", password=PASSWORD)
    assert visitor.sign_in("pat").status_code == 303


class TestWithoutCompanyAccount:
    @pytest.fixture
    def environ(self):
        return EMBEDDED

    def test_there_is_no_button_and_no_way(self, world, visitor):
        assert "company account" not in visitor.http.get("/sign-in").text
        for answer in (visitor.begin(), visitor.http.get("/auth/oidc/callback?code=x&state=y")):
            assert answer.status_code in {403, 404}
            assert refused(world, answer, ABSENT if answer.status_code == 404 else ELSEWHERE, answer.status_code)


def test_no_word_of_a_refusal_names_the_reason():
    assert not {"unknown", "inactive", "verified"} & set(f"{STRANGER} {UNTRUSTED}".lower().split())
