"""The registry is complete: each domain declares what it records, queues and offers."""

import ast
import sys

from data.core.permissions import Permission
from data.domain import AuditAction, Domain, JobType
from data.registry import DOMAINS, REGISTRY
from data.web.downloads import kinds
from tests.import_graph import ROOT, modules, tree


def in_domains(kind):
    """Return {name: object} of all objects of this type in the modules of domains."""
    domains = tuple(f"data.{name}." for name in REGISTRY.names)
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(domains)]
    return {f"{module.__name__}.{name}": one for module in modules for name, one in vars(module).items() if kind(one)}


def test_every_declaration_is_registered():
    declared = {path.parent.name for path in (ROOT / "data").glob("*/domain.py")}
    assert declared == set(REGISTRY.names)
    assert len(DOMAINS) == len(declared)
    assert set(in_domains(lambda one: isinstance(one, Domain)).values()) == set(DOMAINS)


def test_every_audit_action_is_declared_by_one_domain():
    found = in_domains(lambda one: isinstance(one, type) and issubclass(one, AuditAction) and one is not AuditAction)
    assert set(found.values()) == {domain.actions for domain in DOMAINS if domain.actions}
    assert len({domain.actions for domain in DOMAINS if domain.actions}) == sum(bool(d.actions) for d in DOMAINS)


def test_every_job_type_is_declared_with_a_label_and_has_a_handler(world):
    found = in_domains(lambda one: isinstance(one, JobType))
    assert set(found.values()) == set(REGISTRY.jobs.values())
    assert [job.name for job in REGISTRY.jobs.values() if not job.label] == []
    assert set(REGISTRY.jobs.values()) <= world.services.worker.handlers.keys()


def test_every_job_that_settings_list_leads_to_a_page_or_a_download(world):
    listed = [job for job in REGISTRY.jobs.values() if job.permission]
    assert [job.name for job in listed if bool(job.page) == bool(job.files)] == []
    assert {job.files for job in listed if job.files} <= {f"/files/{kind}/" for kind in kinds(world.services)}


def test_every_permission_is_required_somewhere():
    """Admins and the scope `all` have every permission, so an unused one would be noticed nowhere else."""
    used = {name for path in modules("data", "components").values() for name in permissions_in(path)}
    used |= {name for path in (ROOT / "pages").glob("*.py") for name in permissions_in(path.relative_to(ROOT))}
    assert {permission.name for permission in Permission} - used == set()


def permissions_in(path):
    """Return the names of the permissions that a module uses; their definition counts for nothing."""
    if path.name == "permissions.py":
        return set()
    nodes = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if ast.unparse(node.value) == "Permission"}
