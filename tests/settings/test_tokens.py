"""One's own personal tokens on Settings."""

import pytest

from data.core.permissions import Role, Scope
from tests.screens import click, screen, words


def tokens_page(world, person):
    return screen(world, person, "settings", section="tokens")


def made(world, person, name="nightly"):
    """The screen on which the new token is shown."""
    opened = click(tokens_page(world, person), "New token…")
    opened.text_input[0].set_value(name)
    return click(opened, "Create token")


def shown(opened):
    """The secret on the screen, if there is one."""
    components = [element.proto for element in opened.get("bidi_component")]
    return " ".join(proto.json for proto in components if "copy" in proto.component_name)


@pytest.mark.parametrize("role", list(Role))
def test_a_new_token_is_shown_and_opens(world, role):
    ann = world.person(role)
    opened = made(world, ann)
    [token] = world.services.sessions.list_tokens(ann)
    assert "Shown only now." in words(opened)
    assert token.token_id in shown(opened)


def test_a_token_is_shown_only_once(world):
    opened = click(made(world, world.person()), "Done")
    assert "Shown only now." not in words(opened.run())
    assert not shown(opened)


def test_the_list_says_age_use_and_expiry(world):
    ann = world.person()
    world.services.sessions.create_token(ann, "nightly report", 30)
    said = words(tokens_page(world, ann))
    assert "nightly report All that you may do" in said
    assert "never used · expires in 30 d" in said


def test_a_new_token_has_the_least_scope_unless_told(world):
    ann = world.person()
    click(made(world, ann), "Done")
    opened = click(tokens_page(world, ann), "New token…")
    opened.text_input[0].set_value("payroll")
    opened.selectbox[0].set_value("people")
    said = words(click(click(opened, "Create token"), "Done"))
    found = {token.name: token.scopes for token in world.services.sessions.list_tokens(ann)}
    assert found == {"nightly": (Scope.READ,), "payroll": (Scope.PEOPLE,)}
    assert "payroll Read, and change users who are not admins · made" in said
    assert "nightly Read · made" in said


def test_a_token_without_a_name_is_refused(world):
    ann = world.person()
    opened = made(world, ann, name=" ")
    assert "cannot be empty" in words(opened)
    assert not world.services.sessions.list_tokens(ann)


def test_names_of_tokens_are_shown_as_typed(world):
    ann = world.person()
    opened = made(world, ann, name="__a__ <b>.*x*")
    assert "__a__ <b>.*x*" in words(opened)
    assert not opened.exception


def test_revoking_asks_first_and_then_ends_it(world):
    ann = world.person()
    world.services.sessions.create_token(ann, "nightly")
    opened = click(tokens_page(world, ann), "Revoke…")
    assert "Programs that use it are refused" in words(opened)
    assert world.services.sessions.list_tokens(ann)
    click(opened, "Revoke token")
    assert not world.services.sessions.list_tokens(ann)
    assert "nightly is revoked." in words(opened.run()) or "You have no tokens." in words(opened)


def test_cancelling_a_revocation_keeps_the_token(world):
    ann = world.person()
    world.services.sessions.create_token(ann, "nightly")
    click(click(tokens_page(world, ann), "Revoke…"), "Cancel")
    assert len(world.services.sessions.list_tokens(ann)) == 1
