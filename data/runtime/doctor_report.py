"""Doctor for a terminal."""

import textwrap
from collections.abc import Sequence

from pydantic import SecretStr

from data.doctor.findings import Finding
from data.doctor.run import diagnose
from data.registry import TABLES
from data.runtime.installation import Installation
from data.runtime.preflight import Refused


def examined(installation: Installation, id_token: str = "") -> tuple[Finding, ...]:
    """What doctor finds; with an id token of the user pool also what its holder may.

    Raises Refused without an identity pool, CredentialsExpired for a token that is not good, Unavailable.
    """
    clients, settings = installation.clients, installation.settings
    if id_token and not settings.cognito:
        raise Refused(
            "Set COGNITO_USER_POOL_ID and COGNITO_IDENTITY_POOL_ID: without them a token is good for nothing."
        )
    personal = installation.platform.personal
    person = personal.for_session(None, SecretStr(id_token), "doctor") if id_token else None
    return diagnose(clients, settings, TABLES, person)


def told(findings: Sequence[Finding]) -> str:
    """Each thing that is not well with its remedy beneath, and how many were looked at."""
    wrong = [finding for finding in findings if not finding.ok]
    count = f"{len(findings)} things looked at"
    return "\n".join([*map(_said, wrong), f"{count}, {len(wrong)} to mend." if wrong else f"{count}: all is well."])


def _said(finding: Finding) -> str:
    line = f"{finding.state.upper():8} {finding.area} {finding.name}: {finding.problem}"
    return f"{line}\n{textwrap.indent(finding.remedy, ' ' * 9)}"
