import pytest

from data.audit.table import AUDIT_LOG
from data.authentication.models import MOST_TOKENS
from data.core.errors import Conflict, InvalidInput, NotFound, NotSignedIn
from data.core.permissions import Role, Scope
from data.runtime import admin_commands
from data.users.table import USERS

ANN = {"email": "ann@acme.example", "org": "acme", "username": "", "password": "correct horse staple"}


@pytest.fixture
def services(world):
    return world.services


def test_the_first_admin_comes_with_their_organisation(services):
    admin = admin_commands.create_admin(services, **ANN)
    assert admin.created
    assert admin.user.role is Role.ADMIN
    assert services.organisations.find_by_name("acme").org_id == admin.user.org_id
    opened = services.sessions.sign_in("ann@acme.example", ANN["password"], address="127.0.0.1")
    assert opened.user.user_id == admin.user.user_id


def test_a_second_run_changes_nothing_and_answers_alike(services, world):
    first = admin_commands.create_admin(services, **ANN)
    before = world.items(USERS), world.items(AUDIT_LOG)
    second = admin_commands.create_admin(services, **ANN | {"password": "quite another one"})
    assert (second.user.user_id, second.created) == (first.user.user_id, False)
    assert (world.items(USERS), world.items(AUDIT_LOG)) == before


def test_a_second_admin_joins_the_organisation_there_is(services):
    first = admin_commands.create_admin(services, **ANN)
    second = admin_commands.create_admin(services, **ANN | {"email": "bob@acme.example"})
    assert second.user.org_id == first.user.org_id
    assert services.organisations.count_admins(first.user.org_id) == 2


def test_somebody_elses_email_is_refused_with_the_reason(services):
    admin_commands.create_admin(services, **ANN)
    with pytest.raises(Conflict, match="not as an active admin of globex"):
        admin_commands.create_admin(services, **ANN | {"org": "globex"})
    assert services.organisations.find_by_name("globex") is None


@pytest.mark.parametrize(
    ("change", "field"),
    [({"email": "no e-mail"}, "email"), ({"password": "short"}, "password"), ({"username": "No Name"}, "username")],
)
def test_what_cannot_be_used_is_named(services, world, change, field):
    with pytest.raises(InvalidInput) as refused:
        admin_commands.create_admin(services, **ANN | change)
    assert refused.value.fields.keys() == {field}
    assert world.items(USERS) == []


def test_a_token_opens_what_its_owner_may(services):
    admin = admin_commands.create_admin(services, **ANN)
    _, value = admin_commands.make_token(services, email=ANN["email"], days=7)
    actor = services.sessions.bearer(value)
    assert (actor.user_id, actor.role) == (admin.user.user_id, Role.ADMIN)


def test_a_token_may_be_for_reading_alone(services):
    admin_commands.create_admin(services, **ANN)
    token, value = admin_commands.make_token(services, email=ANN["email"], days=7, scope=Scope.READ)
    assert token.scopes == (Scope.READ,)
    assert services.sessions.bearer(value).scopes == {Scope.READ}


def test_tokens_made_over_and_over_push_out_the_oldest(services):
    admin_commands.create_admin(services, **ANN)
    values = [admin_commands.make_token(services, email=ANN["email"], days=7)[1] for _ in range(MOST_TOKENS + 1)]
    assert services.sessions.bearer(values[-1])
    assert services.sessions.bearer(values[1])
    with pytest.raises(NotSignedIn):
        services.sessions.bearer(values[0])


def test_nobody_gets_a_token_for_a_stranger(services):
    with pytest.raises(NotFound, match="Nobody here"):
        admin_commands.make_token(services, email="eve@acme.example", days=7)


@pytest.mark.parametrize(
    ("email", "username"),
    [("Ann.Lee@x.example", "ann.lee"), ("me@x.example", "me-admin"), ("Ünal+1@x.example", "nal-1"), ("ü@x", "admin")],
)
def test_a_username_is_made_of_the_email(email, username):
    assert admin_commands.username_from(email) == username
