"""What the audit trail stores for ever is declared, and each action of it has its sentences."""

import re
from pathlib import Path

import data
from data.audit.models import Target
from data.core.permissions import Role
from data.registry import REGISTRY
from data.storage.unit_of_work import UnitOfWork
from data.users.actions import UserAction

ACTIONS = [action for domain in REGISTRY.domains for action in domain.actions or ()]
STORED = {
    *("user_created", "user_updated", "profile_updated", "role_changed", "user_deactivated", "user_reactivated"),
    *("picture_changed", "picture_removed", "users_exported", "import_checked", "audit_exported", "file_downloaded"),
    *("raw_item_viewed", "audit_verified", "people_changed_together", "job_retried", "signed_in", "signed_out"),
    *("signed_out_everywhere", "signed_out_elsewhere", "sign_in_delayed", "address_limited", "sign_in_unlocked"),
    *("session_revoked", "password_changed", "password_set", "password_link_made", "token_created", "token_revoked"),
}


def test_stored_actions_never_change():
    """Records that were written stay; a new action is added here, and none is renamed."""
    assert {str(action) for action in ACTIONS} == STORED


def test_every_action_has_both_sentences_and_none_is_shown_raw():
    assert len(REGISTRY.actions) == len(ACTIONS)
    for action in ACTIONS:
        assert all(sentence and "_" not in sentence for sentence in (action.with_target, action.on_page)), action


def test_every_action_is_recorded_somewhere_in_the_product():
    folder = Path(data.__file__).parent
    sources = "".join(path.read_text() for path in folder.rglob("*.py") if path.name != "actions.py")
    named = set(re.findall(r"\b[A-Z][A-Za-z]+Action\.[A-Z_]+\b", sources))
    assert [action for action in ACTIONS if f"{type(action).__name__}.{action.name}" not in named] == []


def test_stored_entity_types_never_change():
    """Records that were written stay; a new type is added here, and none is renamed."""
    assert {entity for domain in REGISTRY.domains for entity in domain.entities} == {"user", "job", "batch", "address"}


def test_the_stored_type_does_not_follow_the_name_of_a_class(world):
    class Renamed:
        id = "ann"

        def to_item(self):
            return {"userId": self.id}

    ada = world.person(Role.ADMIN, name="ada")
    unit = UnitOfWork()
    world.services.audit.record(unit, ada, UserAction.ROLE_CHANGED, entity=Target("user", "ann"), after=Renamed())
    (write,) = unit.writes
    assert (write.values["entityType"], write.values["entityId"]) == ("user", "ann")
