import pytest

from data.core.errors import Conflict, InvalidInput, NotFound


@pytest.fixture
def organisations(world):
    return world.services.organisations


def found(world, name, admins=0):
    organisation = world.services.organisations.new(name, at=world.clock.now())
    with world.begin() as unit:
        world.services.organisations.insert(unit, organisation, admins=admins)
    return organisation


def test_an_organisation_is_found_by_id_and_by_name(world, organisations):
    acme = found(world, "Acme")
    assert organisations.get(acme.org_id) == acme
    assert organisations.find_by_name(" ACME ") == acme


@pytest.mark.parametrize("name", ["Acme", "acme", " ACME ", "\uff21cme"])
def test_a_name_is_taken_however_it_is_written(world, organisations, name):
    acme = found(world, "Acme")
    with pytest.raises(InvalidInput) as refused:
        found(world, name)
    assert refused.value.fields.keys() == {"organisation"}
    assert organisations.find_by_name(name) == acme


def test_a_name_of_blanks_is_no_name(world):
    with pytest.raises(InvalidInput):
        found(world, "   ")


def test_what_is_not_there_is_said_to_be_so(organisations):
    assert organisations.find_by_name("nobody's") is None
    with pytest.raises(NotFound):
        organisations.get("no-such-id")


def test_admins_are_counted_and_the_last_stays(world, organisations):
    acme = found(world, "Acme", admins=1)
    with world.begin() as unit:
        organisations.add_admin(unit, acme.org_id)
    with world.begin() as unit:
        organisations.remove_admin(unit, acme.org_id)
    with pytest.raises(Conflict, match="last active admin"), world.begin() as unit:
        organisations.remove_admin(unit, acme.org_id)
    assert organisations.count_admins(acme.org_id) == 1
