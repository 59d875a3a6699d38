"""What the audit trail stores for ever is declared, and each action of it has its sentences."""

from pathlib import Path
from typing import get_args

import data
from components.audit.sentences import NAMED_BY, WITHOUT_OBJECT, WORDS
from data.audit.models import Action, EntityType, Target
from data.core.permissions import Role
from data.storage.unit_of_work import UnitOfWork

ACTIONS = get_args(Action)


def test_every_action_has_both_sentences_and_none_is_shown_raw():
    assert set(WORDS) == set(ACTIONS)
    assert len(ACTIONS) == len(set(ACTIONS))
    for action, sentences in WORDS.items():
        assert all(sentence and "_" not in sentence for sentence in sentences), action
    assert set(WITHOUT_OBJECT) | set(NAMED_BY) <= set(ACTIONS)


def test_every_action_is_recorded_somewhere_in_the_product():
    folder = Path(data.__file__).parent
    sources = [path.read_text() for path in folder.rglob("*.py") if path != folder / "audit" / "models.py"]
    assert [action for action in ACTIONS if not any(f'"{action}"' in source for source in sources)] == []


def test_stored_entity_types_never_change():
    """Records that were written stay; a new type is added here, and none is renamed."""
    assert get_args(EntityType) == ("user", "job", "batch", "address")


def test_the_stored_type_does_not_follow_the_name_of_a_class(world):
    class Renamed:
        id = "ann"

        def to_item(self):
            return {"userId": self.id}

    ada = world.person(Role.ADMIN, name="ada")
    unit = UnitOfWork()
    world.services.audit.record(unit, ada, "role_changed", entity=Target("user", "ann"), after=Renamed())
    (write,) = unit.writes
    assert (write.values["entityType"], write.values["entityId"]) == ("user", "ann")
