import pytest

from data.core.errors import InvalidInput
from data.core.models import Command
from data.core.text import normalise_email
from data.credentials.models import Email, Password, Username, check_password


class Form(Command):
    email: Email = "ann@example.com"
    username: Username = "ann"
    password: Password = "correct horse"


@pytest.mark.parametrize(
    "written",
    [
        "Ann@Example.COM",
        "\uff41\uff4e\uff4e@example.com",
        " ann@example.com ",
        "ann@EXAMPLE\uff0ecom",
        "ANN@example.com",
    ],
)
def test_one_email_has_one_compared_form(written):
    assert normalise_email(written) == "ann@example.com"


def test_folding_twice_changes_nothing_more():
    for text in ("ẞ@x.y", "İ@x.y", "ﬃ@x.y", "ᾳ@x.y", "ǰ@x.y"):
        assert normalise_email(normalise_email(text)) == normalise_email(text)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ann",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "a\uff20b@c",
        "a b@c",
        "a@b\n",
        "a@\x00b",
        "a" * 251 + "@b.c",
        "ﷺ" * 20 + "@b",
    ],
)
def test_what_is_no_email_names_the_remedy(email):
    with pytest.raises(InvalidInput) as refusal:
        Form.of(email=email + " x" if email.endswith("\n") else email)
    assert "name@example.com" in refusal.value.fields["email"]


@pytest.mark.parametrize(
    "username", ["", "ab", "Ann", ".ann", "-ann", "an n", "ann/x", "änn", "a" * 65, "ann#x", "²ann"]
)
def test_usernames_are_plain_lower_case_text(username):
    with pytest.raises(InvalidInput):
        Form.of(username=username)


@pytest.mark.parametrize("username", ["ann", "0nn", "a.b-c_d", "a" * 64])
def test_ordinary_usernames_are_accepted_as_written(username):
    assert Form.of(username=username).username == username


@pytest.mark.parametrize("password", ["short", "x" * 257, "1234567890", "Qwertyuiop", "PASSWORD123"])
def test_short_long_and_common_passwords_are_refused(password):
    with pytest.raises(InvalidInput):
        Form.of(password=password)


def test_a_blank_belongs_to_the_password():
    assert Form.of(password=" correct horse ").password == " correct horse "


@pytest.mark.parametrize("password", ["ann.of.acme", "Ann@Acme.Example", "ANN.OF.ACME"])
def test_names_and_emails_are_no_passwords(password):
    with pytest.raises(InvalidInput):
        check_password(password, username="ann.of.acme", email="ann@acme.example")
