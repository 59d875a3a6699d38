"""Reads the syntax trees and enforces the structure of the product: imports, guards, sizes, drawers."""

import ast
from pathlib import Path

import pytest

from data.registry import REGISTRY
from tests.import_graph import ROOT, cycle, imported, imports_of_modules, imports_of_packages, package, tree

PRODUCT = sorted(
    path.relative_to(ROOT)
    for path in [ROOT / "dashboard.py", *(ROOT / "data").rglob("*.py"), *(ROOT / "components").rglob("*.py")]
)
PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "pages").glob("*.py"))
DOMAINS = REGISTRY.names
BOTO = ("boto3", "botocore", "mypy_boto3", "s3transfer")
MOST_LINES = 250
LONG = {}  # path → the reason why it may be longer

PLATFORM = {"core", "config", "emulator", "aws", "storage", "http"}
OPERATIONS = {
    "doctor",
    "platform",
    "domain",
    "registry",
    "services",
    "adoption",
    "sample",
    "runtime",
    "web",
    "__main__",
}
BELOW = {  # package of data/ → the packages that it may import
    "core": set(),
    "config": {"core"},
    "emulator": set(),
    "aws": {"core", "config"},
    "storage": {"core", "aws"},
    "http": {"core", "config"},
    "doctor": {"core", "config", "aws"},
    "platform": {"core", "config", "aws", "storage"},
    "domain": {"core", "config", "aws", "platform"},
    **dict.fromkeys(DOMAINS, PLATFORM - {"emulator"} | {"doctor", "platform", "domain", *DOMAINS}),
    "registry": PLATFORM - {"emulator"} | {"domain", *DOMAINS},
    "services": PLATFORM - {"emulator"} | {"domain", *DOMAINS},
    "adoption": PLATFORM - {"emulator"} | {"domain", "registry", "services", *DOMAINS},
    "sample": PLATFORM - {"emulator"} | {"domain", "registry", "services", *DOMAINS},
    "runtime": PLATFORM | OPERATIONS - {"runtime", "web", "__main__"} | {*DOMAINS},
    "web": PLATFORM - {"emulator"} | {"platform", "domain", "registry", "services", "runtime", *DOMAINS},
    "__main__": PLATFORM | OPERATIONS | {*DOMAINS},
}
PRIVATE = {"repository", "profile_repository", "routes", "profile_routes", "tasks"}  # never opened by another domain
FACTS = {"models", "profile_models", "actions", "table", "profile_table"}  # every domain may know them of every other
MAY_OPEN = {"models": {"models", "profile_models"}, "table": FACTS, "repository": FACTS}  # the drawers without rules
KIT_MODELS = ("data.jobs.models", "data.health.models", "data.storage.pagination")  # what the kit shows
KIT_ON_DOMAINS: set[str] = set()
AREAS = ("session", "kit", "frame", *DOMAINS, "account", "home")  # the folders of components/
UPWARD_COMPONENTS = {("frame", "users"), ("audit", "users"), ("audit", "jobs"), ("users", "bulk")}  # may only shrink
ON_AWS = {  # domain modules beside models, table, repository and tasks that still import data.aws; may only shrink
    *("audit.hash_chains", "audit.record_seals", "audit.filters", "audit.verification", "avatars.service"),
    *("credentials.throttling", "credentials.notices", "health.redacted_items", "health.item_inspector"),
    *("health.service", "imports.service", "jobs.result_files", "jobs.runner", "jobs.service", "jobs.worker"),
    *("users.projection", "users.export"),
}


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
        wrong |= set(begins(modules, *stores, *inside, "data.http", "data.web", "data.runtime"))
    if layer == "components":
        wrong |= set(begins(modules, "pages"))
    if parts[:2] in (("data", "http"), ("data", "web")):
        wrong |= set(begins(modules, *[f"data.{domain}.repository" for domain in DOMAINS]))
    if layer == "data" and len(parts) > 2 and parts[1] in DOMAINS:
        wrong |= set(between_domains(parts[1], path.stem, modules))
    return sorted(wrong)


def between_domains(domain, drawer, modules):
    """Other domains' drawers that this one may not open. Rules look back only, along DOMAINS; routes look anywhere."""
    for other in set(DOMAINS) - {domain}:
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


def test_no_package_of_data_imports_one_above_it():
    graph = imports_of_packages("data")
    assert graph.keys() - BELOW.keys() == set(), "Give each new folder of data/ its place in DOMAINS or BELOW."
    assert offenders(graph, lambda name: sorted(graph[name] - BELOW[name])) == {}


def test_the_kit_knows_no_domain():
    graph = imports_of_modules("data", "components")
    kit = [name for name in graph if name.startswith("components.kit.")]
    assert {name for name in kit if not all(map(known_to_kit, graph[name]))} == KIT_ON_DOMAINS


def known_to_kit(module):
    return bool(begins([module], "components.kit", "components.session", "data.core", *KIT_MODELS))


def test_folders_of_components_import_earlier_ones_only():
    graph = imports_of_packages("components")
    upward = {(area, other) for area, others in graph.items() for other in others if not earlier(other, area)}
    assert upward == UPWARD_COMPONENTS


def earlier(other, area):
    return AREAS.index(other) < AREAS.index(area)


def test_there_is_no_import_cycle():
    assert cycle(imports_of_packages("data")) == []
    assert cycle(imports_of_modules("data", "components")) == []


def test_the_services_of_domains_import_nothing_of_aws():
    graph = imports_of_modules("data")
    found = {name.removeprefix("data.") for name in graph if uses_aws(name, graph[name])}
    assert found == ON_AWS


def uses_aws(module, imports):
    """Whether a module of a domain imports data.aws and should not."""
    allowed = module.count(".") < 2 or module.split(".")[2] in FACTS | PRIVATE | {"domain"}
    return package(module) in DOMAINS and not allowed and bool(begins(imports, "data.aws"))


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
    outside = [path for path in PRODUCT if path.parts[:2] != ("data", "emulator")]
    assert offenders(outside, lambda path: named(path) & sending - allowed.get(str(path), set())) == {}


def test_only_units_of_work_commit_several_writes():
    direct = {  # each commits one conditional write, or what the unit of work itself needs
        *("data/storage/unit_of_work.py", "data/storage/consistency.py", "data/storage/change_feed.py"),
        *("data/audit/hash_chains.py", "data/jobs/repository.py", "data/credentials/throttling.py"),
        "data/adoption/upgrade.py",
    }
    outside = [path for path in PRODUCT if path.parts[:2] != ("data", "emulator")]
    assert {str(path) for path in outside if "commit" in named(path)} == direct


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


def test_every_domain_has_a_page_or_the_reason():
    paged = {domain for domain in DOMAINS if (ROOT / "pages" / f"{domain}.py").exists()}
    assert paged == {domain.name for domain in REGISTRY.domains if not domain.no_page}


def test_every_domain_with_rules_has_tests():
    assert [domain for domain in DOMAINS if has_rules(domain) and not has_tests(domain)] == []


def has_rules(domain):
    return {path.stem for path in (ROOT / "data" / domain).glob("*.py")} - {"__init__", "domain", "table"}


def has_tests(domain):
    return list((ROOT / "tests" / domain).glob("test_*.py"))
