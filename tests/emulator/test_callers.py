"""Within ministack our key alone is root, and what the guard admitted decides who calls."""

import importlib

import pytest

from data.emulator.engine import Engine
from data.emulator.guard import FORM_UPLOAD, UNSIGNED, Caller, current_caller

ENGINE = Engine("http://127.0.0.1:8000", "LKIA0123456789ABCDEF", "secret", pid=1, port=8000)
ACCOUNT = "000000000000"
PATCHED = {
    "ministack.app": ("detect_service", "extract_access_key_id"),
    "ministack.core.iam_evaluator": ("_is_root_key", "enforce", "is_root_access_key"),
    "ministack.core.router": ("extract_access_key_id",),
    "ministack.services.s3": ("extract_access_key_id",),
    "ministack.services.sts": ("extract_access_key_id", "is_root_access_key"),
}
FOREIGN = ["", "test", ACCOUNT, "111111111111", "AKIAUNKNOWN00000", ENGINE.access_key_id.lower()]


@pytest.fixture
def evaluator(ministack, monkeypatch):
    assert ministack
    for name, attributes in PATCHED.items():
        module = importlib.import_module(name)
        for attribute in attributes:
            monkeypatch.setattr(module, attribute, getattr(module, attribute))  # put back after the test
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ENGINE.access_key_id)
    importlib.import_module("data.emulator.application")._trust_only_the_guard(ENGINE)  # noqa: SLF001
    return importlib.import_module("ministack.core.iam_evaluator")


@pytest.mark.parametrize("key", FOREIGN)
def test_no_empty_or_foreign_key_is_root(evaluator, key):
    assert not evaluator.is_root_access_key(key)
    assert isinstance(evaluator.resolve_credential(key, ACCOUNT), evaluator.CredentialResolutionError)
    assert isinstance(evaluator.resolve_principal(key, ACCOUNT), evaluator.AuthError)
    for action in ("s3:GetObject", "dynamodb:Scan", "iam:CreateUser", "sts:AssumeRole"):
        assert evaluator.enforce(key, action, action.partition(":")[0], "us-east-1") is not None, action


def test_our_key_is_root(evaluator):
    assert evaluator.is_root_access_key(ENGINE.access_key_id)
    assert evaluator.enforce(ENGINE.access_key_id, "dynamodb:Scan", "dynamodb", "us-east-1") is None


@pytest.mark.parametrize("caller", [FORM_UPLOAD, *UNSIGNED.values()], ids=str)
def test_an_unsigned_head_permits_one_action_only(evaluator, caller):
    current_caller.set(caller)
    actions = {FORM_UPLOAD.unsigned_action, *(found.unsigned_action for found in UNSIGNED.values()), "s3:DeleteObject"}
    allowed = [one for one in actions if evaluator.enforce("", one, caller.service, "us-east-1") is None]
    assert allowed == [caller.unsigned_action]
    current_caller.set(Caller(""))


def test_the_caller_is_read_from_no_header_query_or_form(evaluator):
    app = importlib.import_module("ministack.app")
    headers = {"authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request"}
    query = {"X-Amz-Credential": ["test/20260101/us-east-1/iam/aws4_request"], "AWSAccessKeyId": ["test"]}
    current_caller.set(Caller("s3", ENGINE.access_key_id))
    assert app.detect_service("POST", "/", headers | {"x-amz-target": "AWSCognitoIdentityService.GetId"}, query) == "s3"
    for name in ("ministack.app", "ministack.core.router", "ministack.services.s3", "ministack.services.sts"):
        assert importlib.import_module(name).extract_access_key_id(headers, query) == ENGINE.access_key_id
    current_caller.set(Caller(""))
    assert evaluator.enforce("", "s3:PutObject", "s3", "us-east-1") is not None
