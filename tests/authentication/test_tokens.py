import random
from datetime import timedelta

import jwt
import pytest

from data.authentication.models import MOST_TOKENS
from data.authentication.table import TOKEN, access_key
from data.core.clock import iso
from data.core.errors import Conflict, InvalidInput, NotFound, NotPermitted, NotSignedIn
from data.core.key_derivation import derive
from data.core.permissions import Scope
from data.storage.single_table import API_DASHBOARD
from data.users.models import EditPerson
from tests.conftest import SECRET
from tests.doors import PASSWORD

KEY = derive(SECRET.encode(), "jwt")


@pytest.fixture
def ann(world):
    return world.person(password=PASSWORD)


@pytest.fixture
def issued(world, ann):
    """A JWT of Ann's, as a program gets it."""
    opened = world.services.sessions.sign_in(ann.username, PASSWORD, address="192.0.2.1", via="api")
    return world.services.sessions.issue(opened)[0]


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def test_a_jwt_says_who_it_is_for_an_hour(world, issued):
    found = world.services.sessions.bearer(issued)
    assert (found.user_id, found.via, found.session) == ("ann", "api", claims_of(issued)["sid"])
    world.clock.pass_(minutes=59)
    world.services.sessions.bearer(issued)
    world.clock.pass_(minutes=2)
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(issued)


def test_a_jwt_ends_with_the_session_it_stands_on(world, issued):
    world.services.sessions.end(claims_of(issued)["sid"])
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(issued)


def test_a_jwt_without_one_of_its_claims_is_refused(world, issued):
    for missing in ["exp", "iat", "sub", "aud", "iss", "sid"]:
        claims = {name: value for name, value in claims_of(issued).items() if name != missing}
        with pytest.raises(NotSignedIn):
            world.services.sessions.bearer(jwt.encode(claims, KEY, "HS256"))


def test_a_jwt_with_other_claims_is_refused(world, issued):
    world.person(name="bob")
    for changes in [
        {"iss": "https://evil.example"},
        {"aud": "https://evil.example"},
        {"sub": "bob"},
        {"sub": 7},
        {"sid": None},
        {"sid": "0" * 64},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 1},
        {"iat": 99_999_999_999},
        {"iat": None},
    ]:
        with pytest.raises(NotSignedIn):
            world.services.sessions.bearer(jwt.encode({**claims_of(issued), **changes}, KEY, "HS256"))


def test_a_jwt_of_another_key_or_algorithm_is_refused(world, issued):
    others = [(SECRET.encode(), "HS256"), (derive(SECRET.encode(), "cursor"), "HS256")]
    for key, algorithm in [*others, (KEY * 2, "HS512"), (None, "none")]:
        with pytest.raises(NotSignedIn):
            world.services.sessions.bearer(jwt.encode(claims_of(issued), key, algorithm))


def test_a_jwt_has_one_spelling_alone(world, issued):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [issued[:-1] + letter for letter in letters if letter != issued[-1]]
    for forged in (*others, issued + "=", issued[:-5] + "\n" + issued[-5:], issued + ".", "." + issued):
        with pytest.raises(NotSignedIn):
            world.services.sessions.bearer(forged)


def mutant(token, chance):
    """`token` with something of it changed, lost, doubled or put in another place."""
    text = list(token)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text))
        kind = chance.randrange(5)
        if kind == 0:
            text[place] = chance.choice("ABCxyz019-_.=+/ \x00ü…\ud800")
        elif kind == 1:
            del text[place]
        elif kind == 2:
            text.insert(place, chance.choice("ABCxyz019-_."))
        elif kind == 3:
            text = text[:place]
        else:
            parts = "".join(text).split(".")
            chance.shuffle(parts)
            text = list(".".join(parts))
        if not text:
            return ""
    return "".join(text)


def test_no_mutant_of_a_token_is_accepted(world, ann, issued):
    _, personal = world.services.sessions.create_token(ann, "script")
    chance = random.Random(7)  # noqa: S311 - the same mutants each time
    for original in (issued, personal):
        for _ in range(500):
            forged = mutant(original, chance)
            if forged.strip() == original:
                continue
            with pytest.raises(NotSignedIn):
                world.services.sessions.bearer(forged)


def test_a_personal_token_acts_as_its_owner(world, ann):
    token, value = world.services.sessions.create_token(ann, "Nightly export", days=7)
    found = world.services.sessions.bearer(value)
    assert (found.user_id, found.role, found.via, found.session) == ("ann", ann.role, "token", "")
    assert token.expires_at - token.created_at == timedelta(days=7)
    assert value.startswith(f"{token.token_id}.ann.")


def test_a_personal_token_ends_on_its_day(world, ann):
    _, value = world.services.sessions.create_token(ann, "script", days=1)
    world.clock.pass_(hours=24)
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(value)
    assert world.services.sessions.list_tokens(ann) == ()


def test_a_revoked_token_opens_nothing(world, ann):
    token, value = world.services.sessions.create_token(ann, "script")
    world.services.sessions.revoke_token(ann, token.token_id)
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(value)
    with pytest.raises(NotFound):
        world.services.sessions.revoke_token(ann, token.token_id)


def test_tokens_of_others_cannot_be_revoked(world, ann):
    token, value = world.services.sessions.create_token(ann, "script")
    with pytest.raises(NotFound):
        world.services.sessions.revoke_token(world.person("admin", name="root"), token.token_id)
    assert world.services.sessions.bearer(value).user_id == "ann"


@pytest.mark.parametrize("role", ["user", "admin"])
def test_a_token_dies_with_the_role_it_was_made_under(world, ann, role):
    _, value = world.services.sessions.create_token(ann, "script")
    admin = world.person("admin", name="root")
    world.services.users.edit(admin, "ann", EditPerson.of(role=role))
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(value)
    assert world.services.sessions.list_tokens(ann) == ()


@pytest.mark.parametrize("role", ["user", "admin"])
def test_a_jwt_dies_with_the_role_it_was_issued_under(world, issued, role):
    assert world.services.sessions.bearer(issued).user_id == "ann"
    world.services.users.edit(world.person("admin", name="root"), "ann", EditPerson.of(role=role))
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(issued)


def test_parts_of_two_tokens_make_no_third(world, ann):
    bob = world.person(name="bob")
    (_, anns), (_, bobs) = (world.services.sessions.create_token(who, "script") for who in (ann, bob))
    (token, _, secret), (other, name, _) = anns.split("."), bobs.split(".")
    for mixed in (f"{token}.{name}.{secret}", f"{other}.ann.{secret}"):
        with pytest.raises(NotSignedIn):
            world.services.sessions.bearer(mixed)


def test_the_last_use_is_noted_every_five_minutes(world, ann):
    _, value = world.services.sessions.create_token(ann, "script")
    world.services.sessions.bearer(value)
    (first,) = world.services.sessions.list_tokens(ann)
    world.services.sessions.bearer(value)
    assert world.services.sessions.list_tokens(ann) == (first,)
    world.clock.pass_(minutes=6)
    world.services.sessions.bearer(value)
    (later,) = world.services.sessions.list_tokens(ann)
    assert iso(later.last_used_at) > iso(first.last_used_at)


def test_a_token_needs_a_name_and_an_end(world, ann):
    for values in [{"name": " "}, {"name": "x" * 81}, {"days": 0}, {"days": 366}]:
        with pytest.raises(InvalidInput) as refusal:
            world.services.sessions.create_token(ann, **{"name": "script", **values})
        assert refusal.value.fields.keys() == values.keys()


def test_nobody_has_more_than_twenty_tokens(world, ann):
    for number in range(MOST_TOKENS):
        world.services.sessions.create_token(ann, f"script {number}")
    with pytest.raises(Conflict):
        world.services.sessions.create_token(ann, "one more")


def test_a_token_cannot_make_tokens_or_change_passwords(world, ann):
    _, value = world.services.sessions.create_token(ann, "script")
    by_token = world.services.sessions.bearer(value)
    with pytest.raises(NotPermitted):
        world.services.sessions.create_token(by_token, "another")
    with pytest.raises(NotPermitted):
        world.services.sessions.change_password(by_token, PASSWORD, "another horse battery")


def test_a_token_acts_within_its_scopes_alone(world):
    world.person()
    root = world.person("admin", name="root")
    token, value = world.services.sessions.create_token(root, "report", scopes=["read"])
    by_token = world.services.sessions.bearer(value)
    assert (token.scopes, by_token.scopes) == ((Scope.READ,), {Scope.READ})
    assert world.services.directory.get(by_token, "ann").user.name == "Ann Acme"
    with pytest.raises(NotPermitted, match="this takes the scope people"):
        world.services.users.edit(by_token, "ann", EditPerson.of(first_name="Anna"))
    (listed,) = world.services.sessions.list_tokens(root)
    assert listed.scopes == (Scope.READ,)


def test_a_token_of_before_there_were_scopes_has_all(world, ann):
    token, value = world.services.sessions.create_token(ann, "old")
    key = access_key(TOKEN, token.secret_sha256)
    item = world.dynamo.get(API_DASHBOARD, key)
    world.store(API_DASHBOARD, {name: held for name, held in item.items() if name != "scopes"})
    assert world.services.sessions.bearer(value).scopes == {Scope.ALL}


def test_a_token_of_an_unknown_scope_opens_nothing(world, ann):
    token, value = world.services.sessions.create_token(ann, "newer")
    key = access_key(TOKEN, token.secret_sha256)
    world.store(API_DASHBOARD, {**world.dynamo.get(API_DASHBOARD, key), "scopes": ["read", "everything"]})
    with pytest.raises(NotSignedIn):
        world.services.sessions.bearer(value)


def test_a_token_needs_a_scope_that_there_is(world, ann):
    for scopes in ([], ["everything"], ["read", ""]):
        with pytest.raises(InvalidInput):
            world.services.sessions.create_token(ann, "script", scopes=scopes)
    assert world.services.sessions.list_tokens(ann) == ()


def test_the_trail_says_what_a_token_was_made_for(world, ann):
    world.services.sessions.create_token(ann, "report", scopes=["read"])
    assert world.trail("ann")[-1]["after"]["scopes"] == "read"


def test_a_token_for_people_makes_no_admin(world):
    world.person()
    _, value = world.services.sessions.create_token(world.person("admin", name="root"), "hr", scopes=["people"])
    by_token = world.services.sessions.bearer(value)
    assert world.services.users.edit(by_token, "ann", EditPerson.of(role="analyst")).user.role == "analyst"
    with pytest.raises(NotPermitted, match="this takes the scope all"):
        world.services.users.edit(by_token, "ann", EditPerson.of(role="admin"))
