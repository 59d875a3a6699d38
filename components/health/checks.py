"""Health, all checks: what doctor finds when it tries each thing that the dashboard needs, on demand."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from components.health.remedies import problems
from components.kit import elements
from components.kit.formatting import absolute, plural
from components.kit.markdown import plain
from components.kit.values import Code
from data.core.permissions import Actor
from data.doctor import Finding
from data.health.models import Checks
from data.health.service import HealthService

TRIES: Final = "each permission, table, index, bucket, queue, topic and setting is tried; on AWS that is some 150 calls"


def run_button(service: HealthService, actor: Actor) -> None:
    """In the head of the page, before anything is shown."""
    if st.button("Run all checks", icon=":material/stethoscope:", key="run_checks"):
        with st.spinner("Trying everything…"):
            service.check(actor)


def show(checks: Checks | None) -> None:
    """What the last run found: what is wrong with its remedy, and what is well."""
    if checks is None:
        elements.section("Checks", f"not run since this process started: {TRIES}")
        return
    wrong, well = checks.wrong, [finding for finding in checks.findings if finding.ok]
    number = plural(len(checks.findings), "check", "checks")
    elements.section("Checks", f"{len(well)} of {number} went well, {absolute(checks.looked_at)}")
    problems(((_sentence(finding), finding.remedy) for finding in wrong), "checks")
    with st.expander(plain(f"What is well: {plural(len(well), 'check', 'checks')}")):
        elements.facts([(area.capitalize(), Code(", ".join(names))) for area, names in _by_area(well)])


def _sentence(finding: Finding) -> str:
    return f"{finding.area.capitalize()} {finding.name}: {finding.problem}"


def _by_area(findings: Sequence[Finding]) -> list[tuple[str, list[str]]]:
    areas = dict.fromkeys(finding.area for finding in findings)
    return [(area, [finding.name for finding in findings if finding.area == area]) for area in areas]
