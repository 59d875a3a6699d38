"""What went wrong and what went well, as pages show it. The pages here are functions that AppTest runs."""

# ruff: noqa: PLC0415 - AppTest runs the text of these functions

import pytest
from streamlit.testing.v1 import AppTest

from components.kit import feedback
from data.core import errors


def failing():
    import streamlit as st

    from components.kit import feedback

    with feedback.explained(admin=st.session_state.get("admin", False)):
        raise st.session_state.error


def shown(error, *, admin=False):
    page = AppTest.from_function(failing)
    page.session_state["error"], page.session_state["admin"] = error, admin
    page.run()
    assert not page.exception
    return page, html(page)


def html(page):
    return "\n".join(element.proto.body for element in page.get("html"))


@pytest.mark.parametrize("ended", [errors.NotSignedIn("x"), errors.CredentialsExpired("x")])
def test_an_ended_session_leads_to_sign_in(ended):
    _, body = shown(ended)
    assert "Your session has ended" in body
    assert 'href="/sign-in?next=' in body


def test_sign_in_leads_back_to_the_same_list():
    page = AppTest.from_function(failing)
    page.session_state["error"] = errors.NotSignedIn("x")
    page.query_params["users_role"] = ["admin", "a&b"]
    assert "%3Fusers_role%3Dadmin%26users_role%3Da%2526b" in html(page.run())


def test_what_is_not_permitted_says_which_role_is_needed():
    assert "needs the role admin" in shown(errors.NotPermitted("This needs the role admin."))[1]


@pytest.mark.parametrize(("admin", "there"), [(True, True), (False, False)])
def test_only_admins_see_how_to_mend_the_installation(admin, there):
    body = shown(errors.Misconfigured("table users is missing", "Run python -m data setup."), admin=admin)[1]
    assert ("python -m data setup" in body) is there
    assert "table users is missing" in body


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (errors.Unavailable("Nothing was changed."), "Try again"),
        (errors.OutcomeUnknown("Look before trying."), "Reload"),
    ],
)
def test_what_may_pass_offers_another_try(error, word):
    page, body = shown(error)
    assert str(error) in body
    assert [button.label for button in page.button] == [word]
    assert not page.button[0].click().run().exception


def test_the_reference_of_a_failure_stands_in_mono():
    error = errors.Defect("Something is wrong.")
    error.reference = "req_01J9"
    assert "<code>req_01J9</code>" in shown(error)[1]


def test_several_failures_fit_on_one_page():
    def page():
        from components.kit import feedback
        from data.core.errors import Unavailable

        for _ in range(3):
            with feedback.explained():
                raise Unavailable("No answer.")

    assert len(AppTest.from_function(page).run().button) == 3


def form():
    import streamlit as st

    from components.kit import feedback, forms
    from data.core.errors import InvalidInput

    def save():
        with feedback.attempt("try-1"):
            if not st.session_state.name:
                raise InvalidInput({"name": "Give a name.", "version": "Reload the page."})

    wrong = feedback.problems("try-1")
    with st.form("form"):
        forms.field("text", "name", "Name", value="Maya", error=wrong.get("name"), hint="As on the door.")
        forms.form_end(len(wrong), on_save=save)
    if feedback.settled("try-1", beside=("name",)):
        st.text("saved")


def test_a_problem_replaces_the_hint_until_the_next_try():
    page = AppTest.from_function(form).run()
    assert "As on the door." in html(page)
    page.text_input[0].set_value("")
    page.button[-1].click().run()
    assert "Give a name." in html(page)
    assert "As on the door." not in html(page)
    assert "Give a name." in html(page.run())
    page.text_input[0].set_value("Mo")
    page.button[-1].click().run()
    assert [text.value for text in page.text] == ["saved"]
    assert "Give a name." not in html(page.run())


def test_a_problem_without_a_field_on_screen_is_still_said():
    page = AppTest.from_function(form).run()
    page.text_input[0].set_value("")
    page.button[-1].click().run()
    assert html(page).count("Give a name.") == 1
    assert "version: Reload the page." in html(page)
    assert "2 fields need a correction. Nothing was saved." in html(page)


def saving():
    import time

    import streamlit as st

    from components.kit import feedback

    feedback.show_success(time.monotonic() + st.session_state.get("after", 0))
    st.button("Save", on_click=feedback.done, args=("Maya is saved.",))


def test_good_news_is_told_on_the_next_page_and_not_later():
    opened = AppTest.from_function(saving).run()
    assert "Maya is saved." not in html(opened)
    assert "Maya is saved." in html(opened.button[0].click().run())
    opened.session_state["after"] = feedback.LATE
    assert "Maya is saved." not in html(opened.run())


def test_good_news_is_told_again_on_a_page_that_began_at_once_and_was_drawn_late():
    opened = AppTest.from_function(saving).run()
    opened.button[0].click().run()
    opened.session_state["feedback/news"].since -= 60
    opened.session_state["after"] = -59  # it is drawn a minute later, and began a second after
    assert "Maya is saved." in html(opened.run())


def test_a_late_second_click_does_not_act_on_the_next_draft():
    def page():
        import streamlit as st

        from components.kit import dialogs

        def work():
            st.session_state.times = st.session_state.get("times", 0) + 1

        if "late" not in st.session_state:
            dialogs.open_for("edit", "maya")
            late = st.session_state.late = dialogs.draft("edit")
            dialogs.submit("edit", late, work)
            dialogs.submit("edit", late, work)
            dialogs.open_for("edit", "bo")
            dialogs.submit("edit", late, work)
        st.text(f"{st.session_state.times} {dialogs.subject('edit')}")

    assert AppTest.from_function(page).run().text[0].value == "1 bo"


def test_what_a_page_refuses_is_in_the_log(caplog, monkeypatch):
    monkeypatch.setattr(feedback.elements, "empty", lambda *_: None)
    with caplog.at_level("INFO"):
        feedback.show(errors.NotPermitted("No."))
    assert [record.code for record in caplog.records if record.msg == "refused on a page"] == ["not_permitted"]
