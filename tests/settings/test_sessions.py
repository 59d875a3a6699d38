"""The list of one's own sessions on Settings, and ending them."""

import pytest

from components.account.sessions import MOST_SHOWN
from data.authentication import repository
from data.aws.metering import metered
from data.core.errors import NotSignedIn
from data.core.permissions import Role
from tests.screens import screen, words

PASSWORD = "correct horse battery"
EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537 Edg/131"


def signed_in_elsewhere(world, person, user_agent=EDGE, address="203.0.113.7"):
    user = world.services.users.find(person.user_id)
    return world.services.sessions.begin(user, address=address, user_agent=user_agent, at=world.clock.now()).session


def buttons(opened, label):
    return [each for each in opened.button if each.label == label]


def opens(world, session):
    try:
        world.services.sessions.actor(session.user_id, session.secret_sha256)
    except NotSignedIn:
        return False
    return True


@pytest.mark.parametrize("role", list(Role))
def test_everybody_sees_where_they_are_signed_in(world, role):
    ann = world.person(role)
    signed_in_elsewhere(world, ann)
    said = words(screen(world, ann, "settings", section="sessions"))
    assert "Edge on Windows 203.0.113.7" in said
    assert said.count("This one") == 1


def test_ending_one_session_leaves_the_others_open(world):
    ann = world.person()
    first, second = signed_in_elsewhere(world, ann), signed_in_elsewhere(world, ann)
    opened = screen(world, ann, "settings", section="sessions")
    opened.button(key=f"danger_{first.id}").click().run()
    assert "That session has ended." in words(opened)
    assert (opens(world, first), opens(world, second)) == (False, True)


def test_a_session_gone_meanwhile_counts_as_ended(world):
    ann = world.person()
    session = signed_in_elsewhere(world, ann)
    opened = screen(world, ann, "settings", section="sessions")
    world.services.sessions.revoke(ann, ann.user_id, session.id)
    opened.button(key=f"danger_{session.id}").click().run()
    assert "That session has ended." in words(opened)


def test_everywhere_else_spares_this_session_and_tokens(world):
    ann = world.person()
    others = [signed_in_elsewhere(world, ann) for _ in range(3)]
    world.services.sessions.create_token(ann, "nightly")
    opened = screen(world, ann, "settings", section="sessions")
    buttons(opened, "Sign out everywhere else…")[0].click().run()
    assert "3 sessions end at their next click" in words(opened)
    buttons(opened, "Sign out everywhere else")[0].click().run()
    assert [opens(world, each) for each in others] == [False, False, False]
    assert "You are signed in nowhere else." in words(opened.run())
    assert len(world.services.sessions.list_tokens(ann)) == 1


def test_what_programs_left_behind_hides_no_session_and_is_not_read(world, monkeypatch):
    """Every sign-in by the API leaves an item behind that DynamoDB keeps for days after its end."""
    ann = world.person(password=PASSWORD)
    browser = signed_in_elsewhere(world, ann)
    for _ in range(20):
        begun = world.services.sessions.sign_in("ann@acme.example", PASSWORD, address="203.0.113.8", via="api")
    assert len(world.services.sessions.list_of(ann, ann.user_id)) == 21
    world.clock.pass_(hours=2)
    assert not opens(world, begun.session)
    looked_at, read = [], repository.read
    with monkeypatch.context() as watched:
        watched.setattr(repository, "read", lambda kind, item: looked_at.append(item) or read(kind, item))
        assert [each.id for each in world.services.sessions.list_of(ann, ann.user_id)] == [browser.id]
    assert len(looked_at) == 1
    opened = screen(world, ann, "settings", section="sessions")
    assert "Edge on Windows 203.0.113.7" in words(opened)
    opened.button(key=f"danger_{browser.id}").click().run()
    assert not opens(world, browser)


def test_many_sessions_end_in_few_steps_and_are_told_as_one(world):
    ann = world.person()
    others = [signed_in_elsewhere(world, ann) for _ in range(60)]
    world.services.sessions.end(others[0].secret_sha256)  # while the list is looked at
    with metered() as bill:
        world.services.sessions.sign_out_elsewhere(ann)
    assert len([call for call in bill.calls if call.operation == "transact_write_items"]) == 2
    assert not [each for each in others if opens(world, each)]
    records = world.services.audit.list_own(ann).items
    assert sum(each.after["sessions"] for each in records if each.action == "signed_out_elsewhere") == 59


def test_everywhere_else_is_also_where_the_page_has_no_room_for(world):
    ann = world.person()
    others = [signed_in_elsewhere(world, ann) for _ in range(MOST_SHOWN + 5)]
    opened = screen(world, ann, "settings", section="sessions")
    assert len(buttons(opened, "Sign out")) == MOST_SHOWN
    assert "And 5 more, older ones." in words(opened)
    buttons(opened, "Sign out everywhere else…")[0].click().run()
    assert f"{MOST_SHOWN + 5} sessions end at their next click" in words(opened)
    buttons(opened, "Sign out everywhere else")[0].click().run()
    assert not [each for each in others if opens(world, each)]
    assert "You are signed in nowhere else." in words(opened.run())


def test_the_last_session_offers_no_way_to_end(world):
    opened = screen(world, world.person(), "settings", section="sessions")
    assert not buttons(opened, "Sign out")
    assert not buttons(opened, "Sign out everywhere else…")


def test_a_tab_whose_session_ended_shows_no_list(world):
    ann = world.person()
    opened = screen(world, ann, "settings", section="sessions")
    world.services.sessions.sign_out_everywhere(ann, ann.user_id)
    assert "Your session has ended" in words(opened.run())
    assert "This one" not in words(opened)
