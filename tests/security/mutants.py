"""The product with one `authorise` call taken out, in this process and for a moment."""

import ast
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).parents[2]
ASKS = (
    *("authorise", "authorise_person", "authorise_role", "_authorise"),
    *("authorise_admin_change", "authorise_users_file", "authorise_owned"),
)


@dataclass(frozen=True)
class Site:
    """One call: where it stands, and within which method."""

    module: str
    owner: str
    method: str
    number: int  # among the calls of this method
    called: str

    def __str__(self):
        return f"{self.owner}.{self.method}-{self.called}-{self.number}"


@cache
def sites():
    """Every call in data/, in the order of the files."""
    return tuple(
        Site(module, owner.name, method.name, number, _name(call))
        for module, tree in _trees()
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef)
        for number, call in enumerate(_calls(method))
    )


def calls_outside_methods():
    """Names of modules with calls that `sites` does not see."""
    seen = {module: sum(site.module == module for site in sites()) for module, _ in _trees()}
    return [module for module, tree in _trees() if len(_calls(tree)) != seen[module]]


@contextmanager
def without(site):
    """The method without its call."""
    owner = getattr(import_module(site.module), site.owner)
    method = vars(owner)[site.method]
    before = method.__code__
    method.__code__ = _compiled(site)
    try:
        yield
    finally:
        method.__code__ = before


@cache
def _trees():
    paths = sorted((ROOT / "data").rglob("*.py"))
    return [(".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text())) for path in paths]


def _name(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id


def _asks(node):
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    return named and _name(node) in ASKS


def _calls(tree):
    return [node for node in ast.walk(tree) if _asks(node)]


def _compiled(site):
    tree = ast.parse((ROOT / Path(*site.module.split("."))).with_suffix(".py").read_text())
    (owner,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == site.owner]
    (method,) = [node for node in owner.body if isinstance(node, ast.FunctionDef) and node.name == site.method]
    call = _calls(method)[site.number]
    for node in ast.walk(method):
        if isinstance(node, ast.Expr) and node.value is call:
            node.value = ast.copy_location(ast.Constant(None), call)
    module = compile(tree, site.module, "exec")
    return _code(_code(module, site.owner), site.method)


def _code(within, name):
    return next(part for part in within.co_consts if isinstance(part, CodeType) and part.co_name == name)
