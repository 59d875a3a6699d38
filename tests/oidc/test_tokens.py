"""ID tokens that are not what they must be: each is refused in the same words, and nobody comes in."""

import base64
import json
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from data.web.oidc.id_token import LEEWAY, UNTRUSTED
from data.web.oidc.provider import REMEMBERED
from tests.oidc.provider import CLIENT_ID, CLIENT_SECRET, Key, signed
from tests.oidc.test_flow import refused

HERE = int(LEEWAY.total_seconds())


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def saying(**wrong):
    """A token that says something else, or leaves out what is None."""
    return lambda claims, key: signed({k: v for k, v in (claims | wrong).items() if v is not None}, key)


def later(**seconds):
    """A token whose times are moved."""
    return lambda claims, key: signed(claims | {name: claims[name] + by for name, by in seconds.items()}, key)


def unsigned(claims, key):
    return f"{part({'alg': 'none', 'kid': key.kid})}.{part(claims)}."


def by_public_key(claims, key):
    """HS256 with the public key as its secret: believed by those who let the token choose the algorithm."""
    pem = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = f"{part({'alg': 'HS256', 'kid': key.kid})}.{part(claims)}"
    mac = jwt.get_algorithm_by_name("HS256")
    return f"{body}.{base64.urlsafe_b64encode(mac.sign(body.encode(), pem)).decode().rstrip('=')}"


def by_client_secret(claims, key):
    return jwt.encode(claims, CLIENT_SECRET.ljust(32, "."), "HS256", headers={"kid": key.kid})


def by_stranger(claims, key):
    return signed(claims, replace(Key.made(), kid=key.kid))


def with_its_own_key(claims, key):
    own = Key.made()
    return jwt.encode(claims, own.private, "RS256", headers={"kid": key.kid, "jwk": own.public})


def by_other_algorithm(claims, key):
    return jwt.encode(claims, key.private, "PS256", headers={"kid": key.kid})


def changed_afterwards(claims, key):
    header, _, signature = signed(claims, key).split(".")
    return f"{header}.{part(claims | {'email': 'otto@acme.example'})}.{signature}"


@pytest.mark.parametrize(
    "mint",
    [unsigned, by_public_key, by_client_secret, by_stranger, with_its_own_key, by_other_algorithm, changed_afterwards],
    ids=lambda mint: mint.__name__,
)
def test_token_that_is_not_rightly_signed_is_refused(world, visitor, provider, mint):
    world.person("admin", name="otto")
    provider.mint = mint
    assert refused(world, visitor.company_sign_in(), UNTRUSTED)


@pytest.mark.parametrize(
    "mint",
    [
        saying(iss="https://evil.example"),
        saying(aud="another client"),
        saying(aud=[]),
        saying(aud=["another client", CLIENT_ID]),
        saying(azp="another client"),
        saying(nonce="of another attempt"),
        saying(nonce=""),
        saying(nonce=1),
        saying(sub=7),
        saying(exp="soon"),
        saying(iat=[]),
        *(saying(**{name: None}) for name in ("iss", "aud", "sub", "exp", "iat", "nonce")),
        later(exp=-300 - HERE),
        later(iat=HERE + 2),
        lambda *_: "",
        lambda *_: "a.b.c",
        lambda *_: "." * 100_000,
    ],
)
def test_token_that_says_something_else_is_refused(world, visitor, provider, mint):
    provider.mint = mint
    assert refused(world, visitor.company_sign_in(), UNTRUSTED)


@pytest.mark.parametrize("mint", [saying(aud=[CLIENT_ID]), saying(azp=CLIENT_ID), later(iat=HERE - 2), later(exp=-330)])
def test_token_within_the_rules_is_believed(visitor, provider, mint):
    provider.mint = mint
    visitor.company_sign_in()
    assert visitor.whoever == "ann"


def test_token_of_an_earlier_attempt_is_refused(world, visitor, provider):
    kept = []
    provider.mint = lambda claims, key: kept.append(signed(claims, key)) or "lost"
    visitor.company_sign_in()
    provider.mint = lambda *_: kept[0]
    assert refused(world, visitor.company_sign_in(), UNTRUSTED)


def test_new_key_of_provider_is_asked_for(visitor, provider):
    visitor.company_sign_in()
    provider.key = Key.made()
    provider.published = [provider.key.public]
    visitor.http.post("/sign-out")
    visitor.company_sign_in()
    assert visitor.whoever == "ann"
    assert provider.asked.count("/keys") == 2


def test_key_that_provider_does_not_publish_is_refused(world, visitor, provider):
    provider.key = Key.made()
    assert refused(world, visitor.company_sign_in(), UNTRUSTED)
    assert provider.asked.count("/keys") == 2


def test_withdrawn_key_is_forgotten_within_an_hour(world, visitor, provider):
    visitor.company_sign_in()
    provider.published = [Key.made().public]
    world.clock.pass_(seconds=REMEMBERED.total_seconds() + 1)
    assert visitor.company_sign_in().status_code == 403


def test_keys_are_fetched_once_for_many(visitor, provider):
    for _ in range(3):
        assert visitor.company_sign_in().status_code == 303
    assert [provider.asked.count(path) for path in ("/keys", "/token")] == [1, 3]


def test_token_without_key_name_needs_single_key(world, visitor, provider):
    provider.mint = lambda claims, key: jwt.encode(claims, key.private, "RS256")
    assert visitor.company_sign_in().status_code == 303
    visitor.http.post("/sign-out")
    provider.published = [*provider.published, Key.made().public]
    world.clock.pass_(seconds=REMEMBERED.total_seconds() + 1)
    assert refused(world, visitor.company_sign_in(), UNTRUSTED)


def curve(key):
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return jwt.algorithms.ECAlgorithm.to_jwk(public, as_dict=True) | {"kid": key.kid}


def secret(key):
    return {"kty": "oct", "k": part("x" * 40), "kid": key.kid, "alg": "HS256"}


def sealing(key):
    return {**key.public, "use": "enc"}


def of_other_algorithm(key):
    return {**key.public, "alg": "PS256"}


@pytest.mark.parametrize(
    "other", [curve, secret, sealing, of_other_algorithm, lambda _: 7, lambda _: {}], ids=lambda other: other.__name__
)
def test_published_keys_of_other_kinds_sign_nothing(world, visitor, provider, other):
    provider.published = [other(provider.key)]
    assert refused(world, visitor.company_sign_in(), UNTRUSTED)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_short_key_of_provider_signs_nothing(world, visitor, provider):
    provider.key = Key.made(1024)
    provider.published = [provider.key.public]
    assert refused(world, visitor.company_sign_in(), UNTRUSTED)
