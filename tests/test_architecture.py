"""Walks the syntax trees and holds the house to its own rules: who may import whom, guards, sizes, drawers."""

import ast
from functools import cache
from pathlib import Path

import pytest

from data.registry import DOMAINS, PAGELESS

ROOT = Path(__file__).parents[1]
PRODUCT = sorted(
    path.relative_to(ROOT)
    for path in [ROOT / "dashboard.py", *(ROOT / "data").rglob("*.py"), *(ROOT / "components").rglob("*.py")]
)
PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "pages").glob("*.py"))
AROUND = {"api", "aws", "doctor", "sample", "takeover", "web"}  # folders of data/ that are no domains
BOTO = ("boto3", "botocore", "mypy_boto3", "s3transfer")
ONE_AGGREGATE = {"users": {"profiles"}}  # a person is written whole, by one service: profiles has no rules of its own
MOST_LINES = 250
LONG = {}  # path → the reason why it may be longer

PRIVATE = {"repository", "routes", "tasks"}  # what a domain opens to no other
FACTS = {"models", "table"}  # what any domain may know of any other
MAY_OPEN = {"models": {"models"}, "table": FACTS, "repository": FACTS}  # the drawers with no rules in them


@cache
def tree(path):
    return ast.parse((ROOT / path).read_text(), str(path))


def imported(parsed):
    """Every module that a tree imports, also within functions and for type checkers."""
    found = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def begins(modules, *names):
    """Those of `modules` that are, or lie within, one of `names`."""
    return sorted(
        module for module in modules if any(module == name or module.startswith(f"{name}.") for name in names)
    )


def misplaced(path, modules):
    """What a file at `path` imports and should not, by the layer it lies in."""
    layer, parts = path.parts[0], path.parts
    wrong = set()
    if layer == "data":
        wrong |= set(begins(modules, "streamlit", "components", "pages", "dashboard"))
    if parts[:2] != ("data", "aws"):
        wrong |= set(begins(modules, *BOTO))
    if layer in ("components", "pages"):
        stores = [f"data.{domain}.{drawer}" for domain in DOMAINS for drawer in ("repository", "table", "routes")]
        inside = ("data.aws.dynamodb", "data.aws.clients", "data.aws.s3", "data.aws.tables", "data.config.resources")
        wrong |= set(begins(modules, *stores, *inside, "data.api", "data.web"))
    if layer == "components":
        wrong |= set(begins(modules, "pages"))
    if parts[:2] in (("data", "api"), ("data", "web")):
        wrong |= set(begins(modules, *[f"data.{domain}.repository" for domain in DOMAINS]))
    if layer == "data" and len(parts) > 2 and parts[1] in DOMAINS:
        wrong |= set(between_domains(parts[1], path.stem, modules))
    return sorted(wrong)


def between_domains(domain, drawer, modules):
    """Other domains' drawers that this one may not open. Rules look back only, along DOMAINS; routes look anywhere."""
    for other in set(DOMAINS) - {domain} - ONE_AGGREGATE.get(domain, set()):
        earlier = DOMAINS.index(other) < DOMAINS.index(domain)
        for module in begins(modules, f"data.{other}"):
            opened = module.split(".")[2] if module.count(".") > 1 else "models"
            if drawer in MAY_OPEN:
                allowed = opened in MAY_OPEN[drawer]
            else:
                allowed = opened not in PRIVATE and (opened in FACTS or earlier or drawer == "routes")
            if not allowed:
                yield module


def offenders(paths, wrong):
    """Return what `wrong(path)` finds, for the paths where it finds something."""
    return {str(path): found for path in paths if (found := wrong(path))}


def test_every_module_imports_only_what_its_layer_may():
    assert offenders([*PRODUCT, *PAGES], lambda path: misplaced(path, imported(tree(path)))) == {}


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("data/users/service.py", "streamlit"),
        ("data/users/service.py", "boto3.dynamodb.conditions"),
        ("data/users/service.py", "data.audit.repository"),
        ("data/users/service.py", "data.authentication.sessions"),
        ("data/users/repository.py", "data.audit.service"),
        ("data/users/models.py", "data.audit.service"),
        ("components/frame/page.py", "data.users.repository"),
        ("components/frame/page.py", "botocore"),
        ("pages/users.py", "data.users.table"),
        ("pages/users.py", "data.aws.dynamodb"),
        ("data/web/api.py", "data.users.repository"),
        ("data/config/settings.py", "components.frame.styles"),
    ],
)
def test_the_import_table_refuses_what_it_should(path, module):
    assert misplaced(Path(path), {module}) == [module]


def test_every_page_asks_who_is_there_first():
    assert offenders(PAGES, unguarded) == {}


def unguarded(path):
    """The first statement of a page, where it is not the one that authorises its visitor."""
    body = [node for node in tree(path).body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    first = body[1] if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else body[0]
    guard = ast.unparse(first)
    return "" if guard.startswith("actor = open_page(") and "requires=Permission." in guard else guard


def named(path):
    """The attributes and the texts in a module: what a call could be made by."""
    nodes = list(ast.walk(tree(path)))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_no_write_goes_out_without_a_condition():
    sending = {"put_item", "update_item", "delete_item", "transact_write_items", "batch_write_item", "put_all"}
    allowed = {  # each takes a Write, which holds its condition; put_all fills tables that are empty
        "data/aws/dynamodb.py": {"transact_write_items", "batch_write_item"},
        "data/aws/tables.py": {"put_item", "update_item", "delete_item"},
        "data/aws/calls.py": sending,  # names what may be retried
        "data/doctor/tables.py": {"transact_write_items"},  # under conditions that cannot hold
    }
    outside = [path for path in PRODUCT if path.parts[:3] != ("data", "aws", "embedded")]
    assert offenders(outside, lambda path: named(path) & sending - allowed.get(str(path), set())) == {}


def test_nothing_that_serves_a_request_reads_a_whole_table():
    allowed = (
        *("data/aws/dynamodb.py", "data/aws/table_setup.py"),  # offers it; looks for items that setup must take over
        *("data/adoption/", "data/emulator/"),  # takes over all there is; is the table
    )
    serving = [path for path in [*PRODUCT, *PAGES] if not str(path).startswith(allowed)]
    assert offenders(serving, lambda path: named(path) & {"scan", "Scan"}) == {}


def presigns(path):
    """Whether a module signs links to objects: it calls `url` of an attribute or a name that ends in `objects`."""
    calls = (node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    named_url = (call for call in calls if isinstance(call, ast.Attribute) and call.attr == "url")
    return any(ast.unparse(call.value).endswith("objects") for call in named_url)


def test_links_to_files_are_signed_where_downloads_are_recorded():
    allowed = {
        "data/jobs/result_files.py",
        "data/avatars/service.py",
    }  # records each download; pictures are parts of pages
    assert {str(path) for path in [*PRODUCT, *PAGES] if presigns(path)} == allowed


def test_no_module_is_longer_than_a_reader_can_hold():
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in [*PRODUCT, *PAGES]}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES and path not in LONG} == {}


def test_no_drawer_is_named_for_nothing_in_particular():
    vague = {"utils", "helpers", "manager", "base"}
    assert offenders([*PRODUCT, *PAGES], lambda path: vague & {path.stem, *path.parts}) == {}


def test_every_folder_of_data_is_a_domain_or_known():
    folders = {path.parent.name for path in (ROOT / "data").glob("*/__init__.py")}
    assert folders - set(DOMAINS) <= AROUND


def test_every_domain_has_a_page_or_the_reason():
    paged = {domain for domain in DOMAINS if (ROOT / "pages" / f"{domain}.py").exists()}
    assert paged == set(DOMAINS) - set(PAGELESS)


def test_every_domain_with_rules_has_tests():
    assert [domain for domain in DOMAINS if has_rules(domain) and not has_tests(domain)] == []


def has_rules(domain):
    return {path.stem for path in (ROOT / "data" / domain).glob("*.py")} - {"__init__", "table"}


def has_tests(domain):
    return list((ROOT / "tests" / domain).glob("test_*.py"))
