"""The API's own description: what a newcomer reads of each request, and that it is true."""

import pytest

from data.core.permissions import Role
from tests.callers import caller


@pytest.fixture
def api(world):
    """The API as an admin of an organisation of two calls it."""
    world.person(Role.USER, name="ann")
    return caller(world, world.person(Role.ADMIN, name="root"))


@pytest.fixture
def told(api):
    return api.get("/api/openapi.json").json()


def bodies(told):
    """(method, path, the schema of its body) of each operation that wants one."""
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            if body := operation.get("requestBody"):
                name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                yield method, path, told["components"]["schemas"][name]


def example(told, method, path):
    return next(schema["examples"][0] for how, where, schema in bodies(told) if (how, where) == (method, path))


def test_every_body_and_every_answer_has_an_example(told):
    without = [f"{method} {path}" for method, path, schema in bodies(told) if not schema.get("examples")]
    shown = ("PersonView", "UserList", "CreatedView", "ProfileList", "SignedIn", "Me", "PictureView", "ErrorBody")
    without += [name for name in shown if not told["components"]["schemas"][name].get("examples")]
    assert without == []


def test_the_example_of_a_new_person_is_taken(api, told):
    answer = api.post("/api/users", json=example(told, "post", "/users"))
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("path", ["/users/{user_id}", "/users", "/profiles"])
def test_the_example_of_an_edit_is_taken(api, told, path):
    address = "/api" + path.format(user_id="ann") + ("" if "{" in path else "?userId=ann")
    answer = api.put(address, json=example(told, "put", path))
    assert answer.status_code == 200, answer.text


def test_the_examples_of_answers_are_such_answers(api, told):
    schemas = told["components"]["schemas"]
    person = api.get("/api/users/ann").json()
    assert schemas["PersonView"]["examples"][0].keys() == person.keys()
    for part in ("user", "profile"):
        assert schemas["PersonView"]["examples"][0][part].keys() == person[part].keys()
    assert schemas["UserList"]["examples"][0]["items"][0].keys() == person["user"].keys()
    refusal = api.put("/api/users/ann", json={"version": 7}).json()
    assert schemas["ErrorBody"]["examples"][0]["error"].keys() == refusal["error"].keys()


def test_every_parameter_says_what_it_does(told):
    silent = [
        f"{method} {path}: {each['name']}"
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
        for each in operation.get("parameters", ())
        if not each.get("description")
    ]
    assert silent == []
