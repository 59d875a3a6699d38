"""The import graph of the product, read from the syntax trees, for the tests of the architecture."""

import ast
from collections import defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def tree(path):
    return ast.parse((ROOT / path).read_text(), str(path))


def imported(parsed):
    """Return every module that a tree imports, also inside functions and for type checkers."""
    found = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@cache
def modules(*folders):
    """Return {module: its path} of all modules in these folders."""
    paths = [path.relative_to(ROOT) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


@cache
def imports_of_modules(*folders):
    """Return {module: the modules of these folders that it imports when it is loaded}, without its own package."""
    known = modules(*folders)
    return {
        name: {other for other in _loaded(path) & known.keys() if not within(name, other)}
        for name, path in known.items()
    }


def within(module, other):
    return module == other or module.startswith(f"{other}.")


def imports_of_packages(folder):
    """Return {package of `folder`: the other packages of `folder` that it imports}, with imports of every kind."""
    known, graph = modules(folder), defaultdict(set)
    for name, path in known.items():
        for other in imported(tree(path)) & known.keys():
            graph[package(name)].add(package(other))
    return {name: others - {name, folder} for name, others in graph.items()}


def package(module):
    """Return the second part of a module's name: the package below `data` or `components`."""
    return module.split(".")[1] if "." in module else module


def cycle(graph):
    """Return the nodes of one cycle in a graph; nothing if it has none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def _loaded(path):
    """Return what a module imports at run time: without the imports for type checkers."""
    copy = ast.parse((ROOT / path).read_text())
    for node in ast.walk(copy):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = [ast.Pass()]
    return imported(copy)
