"""Names without characters that cannot be seen: stored, imported and shown."""

import pytest

from data.authentication.models import CreateToken
from data.bulk.models import Act
from data.core.errors import InvalidInput
from data.core.permissions import Role
from data.core.text import NOTHING_VISIBLE
from data.organisations.models import Organisation
from data.users.models import CreatePerson, EditPerson
from data.users.table import USERS
from tests.imports.conftest import Desk
from tests.screens import button, click, screen, words

ANN = {"email": "ann@acme.example", "username": "ann-lee", "firstName": "Ann", "lastName": "Lee"}
EVE = {
    "email": "eve@acme.example",
    "username": "eve",
    "firstName": "\u2060An\u200bn\u202e",
    "lastName": "\u3164Lee\u00a0",
}


def test_two_names_that_look_the_same_are_stored_the_same(world, root):
    made = [world.services.users.create(root, CreatePerson.of(**each)).person for each in (ANN, EVE)]
    items = [world.dynamo.get(USERS, {"userId": person.id}) for person in made]
    assert {(item["firstName"], item["lastName"]) for item in items} == {("Ann", "Lee")}


@pytest.mark.parametrize("field", ["firstName", "lastName", "department", "jobTitle", "location", "bio", "phone"])
def test_a_text_without_a_visible_character_is_refused(world, root, tim, field):
    before = world.everything()
    with pytest.raises(InvalidInput) as refused:
        world.services.users.edit(root, tim.user_id, EditPerson.of(**{field: "\u2800\u200b"}))
    assert refused.value.fields == {field: NOTHING_VISIBLE}
    assert world.everything() == before


def test_a_phone_number_loses_the_marks_around_it(world, root, tim):
    edited = world.services.users.edit(root, tim.user_id, EditPerson.of(phone="\u202a+44\u00a020 7946 0018\u202c"))
    assert edited.profile.phone == "+44 20 7946 0018"


@pytest.mark.parametrize("mark", ["\u3164", "\u200b", "\ufeff", "\u202e", "\ufe0f", "\u2800", "\u034f", "\U000e0041"])
def test_an_email_with_an_invisible_character_is_refused(world, root, mark):
    for email in (f"{mark}eve@acme.example", f"eve{mark}@acme.example", f"eve@acme.example{mark}"):
        with pytest.raises(InvalidInput) as refused:
            world.services.users.create(root, CreatePerson.of(**EVE | {"email": email}))
        assert "invisible character" in refused.value.fields["email"]


def test_a_username_with_an_invisible_character_is_refused():
    with pytest.raises(InvalidInput) as refused:
        CreatePerson.of(**ANN | {"username": "ann\u200blee"})
    assert refused.value.fields.keys() == {"username"}


def test_names_that_were_stored_with_invisible_characters_can_be_read_and_edited(world, root):
    world.person(Role.MANAGER, name="old", firstName="Ann\u202e", lastName="\u2066nimda")
    world.person(Role.MANAGER, name="empty", firstName="\u2060", lastName="\u3164")
    assert world.services.users.find("old").name == "Ann nimda"
    assert world.services.users.find("empty").name == "empty"
    assert {"Ann nimda", "empty"} <= {user.name for user in world.services.directory.managers(root)}
    world.services.users.edit(root, "old", EditPerson.of(department="Sales"))
    assert world.services.users.find("old").first_name == "Ann\u202e"
    world.services.users.edit(root, "old", EditPerson.of(firstName="Ann\u202e"))
    assert world.services.users.find("old").first_name == "Ann"


def test_a_token_name_has_no_invisible_characters():
    assert CreateToken.of(name="de\u200bploy\u202e").name == "deploy"
    with pytest.raises(InvalidInput):
        CreateToken.of(name="\u2060")


def test_an_organisation_cannot_imitate_another_by_invisible_characters(world):
    at = world.clock.now()
    made = world.services.organisations.new("Con\u200btoso\u3164", at=at)
    assert made.name == "Contoso"
    with pytest.raises(InvalidInput) as refused:
        world.services.organisations.new("\u2060", at=at)
    assert refused.value.fields == {"name": NOTHING_VISIBLE}
    common = {"orgId": "old", "createdAt": at, "updatedAt": at}
    assert Organisation.model_validate(common | {"name": "\u2060"}).name == "\u2060"


def test_an_imported_name_has_no_invisible_characters(world, root):
    heads = "E-mail,Username,First name,Last name"
    lines = (heads, "ann@acme.example,ann,\u200bAnn\u202e,Le\u2060e", "eve\u200b@acme.example,eve,\u202eEve,")
    rows = Desk(world, root).rows("\n".join(lines))
    names = rows[0].after["first_name"], rows[0].after["last_name"]
    assert (rows[0].act, rows[0].name, *names) == (Act.CREATE, "Ann Lee", "Ann", "Lee")
    assert (rows[1].act, rows[1].name) == (Act.REJECT, "Eve")
    assert "invisible character" in rows[1].reasons["email"]


def test_a_file_name_is_shown_without_invisible_characters(world, root):
    job = Desk(world, root).send("E-mail\n", name="\u202epeople\u200b\x07.csv")
    assert job.input["fileName"] == "people.csv"


def test_the_button_of_a_dialog_shows_markup_in_a_name_as_text(world, root):
    world.person(Role.USER, name="tim", firstName=":red[Tim] www.evil.example", lastName="a@evil.example")
    opened = screen(world, root, "user", id="tim")
    click(opened, "Deactivate…")
    assert button(opened, r"Deactivate :color[:]red\[Tim\] www:color[.]evil.example").disabled
    assert "Type :red[Tim] www.evil.example a@evil.example (tim) to confirm" in words(opened)
    assert [field.label for field in opened.text_input][-1] == "Type the name above to confirm"
