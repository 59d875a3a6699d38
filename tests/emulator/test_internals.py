"""The list of what we touch of ministack's inside."""

import ast
import importlib.metadata
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from data.emulator import EngineError, ministack_patches
from data.emulator.process import ROOT

NAMES = {"ddb": "dynamodb", "s3": "s3", "sqs": "sqs", "sts": "sts", "cognito": "cognito"}
LISTED = {**ministack_patches.TOUCHED, **ministack_patches.TOUCHED_LATER}


def touched() -> set[tuple[str, str]]:
    """(module, name) of every ministack name that our code uses."""
    found = set()
    for path in Path(ROOT / "data/aws/embedded").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Attribute(value=ast.Attribute(value=ast.Name(id="ministack"), attr="app"), attr=name):
                    found.add(("ministack.app", name))
                case ast.Call(
                    func=ast.Name(id="around"), args=[ast.Attribute(attr="app"), ast.Constant(value=name), *_]
                ):
                    found.add(("ministack.app", str(name)))
                case ast.Attribute(value=ast.Name(id=alias), attr=name) if alias in NAMES:
                    found.add((f"ministack.services.{NAMES[alias]}", name))
                case ast.Call(func=ast.Name(id="around"), args=[ast.Name(id=alias), ast.Constant(value=name), *_]):
                    found.add((f"ministack.services.{NAMES[alias]}", str(name)))
    return found


def test_every_internal_that_we_use_is_checked():
    listed = {(module, name) for module, names in LISTED.items() for name in names}
    assert touched() - listed == set()
    assert len(touched()) > 50


def test_another_version_of_ministack_is_refused(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "1.5.99")
    with pytest.raises(EngineError, match=r"version 1\.5\.99, and the engine needs .* pip install ministack=="):
        ministack_patches.load()


def test_an_engine_that_would_check_no_signatures_never_serves(tmp_path):
    early = "import sys, ministack.app; from data.emulator.main import main; sys.argv[1:] = [sys.argv[1]]; main()"
    command = [sys.executable, "-c", early, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, stdin=subprocess.PIPE, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "would check no signatures" in ended.stderr


def test_a_missing_internal_is_named():
    complete = {module: dict.fromkeys(names) for module, names in ministack_patches.TOUCHED.items()}
    ministack_patches.check({module: SimpleNamespace(**names) for module, names in complete.items()})
    del complete["ministack.services.dynamodb"]["_set_item"]
    with pytest.raises(EngineError, match=r"lacks ministack\.services\.dynamodb\._set_item\."):
        ministack_patches.check({module: SimpleNamespace(**names) for module, names in complete.items()})
