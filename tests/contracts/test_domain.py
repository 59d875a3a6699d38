"""A domain that is only declared gets everything that is derived from declarations, without a line elsewhere."""

import pytest

from data.aws.provisioning import missing, setup
from data.core.errors import NotFound, NotPermitted
from data.core.permissions import Role
from data.domain import Registry
from data.registry import DOMAINS
from data.runtime.wiring import Wiring
from data.services import install
from data.storage.context import Memory
from data.storage.single_table import API_DASHBOARD
from tests.callers import caller
from tests.conftest import CHEAP, SECRET, AtOnce
from tests.contracts import notes
from tests.contracts.notes import NOTES, NoteService
from tests.screens import screen, words


@pytest.fixture
def extended(world):
    """The world, with the domain of notes added to the others."""
    registry = Registry((*DOMAINS, notes.DOMAIN), shared=(API_DASHBOARD,))
    memory = Memory(world.dynamo, AtOnce(), world.ticks)
    world.wire = Wiring(
        world.settings, world.clients, secret=SECRET.encode(), passwords=CHEAP, memory=memory, registry=registry
    )
    setup(world.clients, world.settings, world.platform.tables)
    install(world.services)
    return world


@pytest.fixture
def service(extended):
    return extended.services.of(NoteService)


@pytest.fixture
def ada(extended):
    return extended.person(Role.ADMIN, name="ada")


def test_its_table_is_set_up_and_checked(extended):
    assert NOTES in extended.platform.tables
    assert missing(extended.clients, extended.settings, extended.platform.tables) == ()
    extended.clients.dynamodb.delete_table(TableName=extended.settings.table("notes"))
    assert any("notes" in what for what in missing(extended.clients, extended.settings, extended.platform.tables))


def test_its_service_authorises_and_keeps_organisations_apart(extended, service, ada):
    note = service.write(ada, "Lunch at noon")
    assert service.list_newest(ada) == [note]
    eve = extended.person(Role.ADMIN, org="globex", name="eve")
    assert service.list_newest(eve) == []
    with pytest.raises(NotFound):
        service.get(eve, note.note_id)
    with pytest.raises(NotPermitted):
        service.write(extended.person(Role.USER, name="uma"), "Not allowed")


def test_its_routes_are_part_of_the_api(extended, ada):
    api = caller(extended, ada)
    written = api.post("/api/notes", json={"text": "Lunch at noon"})
    assert (written.status_code, written.json()["text"]) == (201, "Lunch at noon")
    assert api.get("/api/notes").json() == [written.json()]
    assert caller(extended).get("/api/notes").status_code == 401
    assert "/notes" in api.get("/api/openapi.json").json()["paths"]


def test_its_downloads_have_addresses(extended, service, ada):
    note = service.write(ada, "lunch")
    found = caller(extended, ada).get(f"/files/notes/{note.note_id}", follow_redirects=False)
    assert (found.status_code, found.headers["location"]) == (303, "https://files.example/lunch")


def test_audit_shows_its_actions_in_words(extended, service, ada):
    service.write(ada, "Lunch at noon")
    shown = words(screen(extended, ada, "audit"))
    assert "wrote the note" in shown
    assert "Lunch at noon" in shown
    assert "note_written" not in shown


def test_home_shows_its_action_items(extended, service, ada):
    service.write(ada, "Lunch at noon")
    shown = words(screen(extended, ada, "home"))
    assert "1 unread notes" in shown
    assert "Lunch at noon" in shown
