"""The installation that is looked at, by whose clients, and what AWS calls its parts."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

from data.aws.clients import Clients
from data.aws.permission_probes import Answer, ask
from data.aws.signing import Tier
from data.config.settings import Settings
from data.doctor.findings import Finding, State

NOT_NOW: Final = "AWS did not answer; look again later."


@dataclass(frozen=True, slots=True)
class Patient:
    """`account` and `partition` (`aws`, `aws-cn`, …) are those of the credentials behind `clients`."""

    clients: Clients
    settings: Settings
    account: str
    partition: str

    def arn(self, service: str, name: str) -> str:
        """How AWS calls `name`; buckets belong to no region."""
        place = ":::" if service == "s3" else f":{self.settings.aws_region}:{self.account}:"
        return f"arn:{self.partition}:{service}{place}{name}"

    @property
    def limited(self) -> bool:
        """Whether its credentials may do less than everything; the engine's own may do all there is."""
        return self.settings.production or self.clients.tier is not Tier.HOST

    def may(self, name: str, probes: Iterable["Probe"]) -> Finding:
        """Whether its credentials may do all that `probes` try on what is called `name`."""
        who = "" if self.clients.tier is Tier.HOST else f" ({self.clients.tier})"
        answers = [(probe, probe.asked()) for probe in probes]
        denied = [probe for probe, answer in answers if answer.denied]
        if denied:
            problem = f"AWS does not allow {_listed(sorted(probe.action.partition(':')[2] for probe in denied))}."
            return Finding("permission", name + who, State.DENIED, problem, _smallest(denied))
        unclear = [probe.action for probe, answer in answers if not answer.understood]
        if unclear:
            problem = f"Whether AWS allows {_listed(action.partition(':')[2] for action in unclear)} is not known."
            return Finding("permission", name + who, State.UNKNOWN, problem, NOT_NOW)
        return Finding("permission", name + who)


class Probe(NamedTuple):
    """Something harmless that shows whether `action` on `resource` is allowed."""

    action: str
    resource: str
    asked: Callable[[], Answer]


def probe(action: str, resource: str, client: Any, operation: str, **request: Any) -> Probe:
    """The call `operation`, which must do nothing if it is allowed."""
    return Probe(action, resource, partial(ask, client, operation, "doctor", **request))


def allow(actions: Iterable[str], resources: Iterable[str]) -> str:
    """The IAM statement that allows just these."""
    return json.dumps({"Effect": "Allow", "Action": sorted(actions), "Resource": sorted(resources)}, indent=2)


def _smallest(denied: Iterable[Probe]) -> str:
    """The IAM statements that allow what was denied and nothing more: one for actions on the same resources."""
    places: dict[str, set[str]] = {}
    for each in denied:
        places.setdefault(each.action, set()).add(each.resource)
    together: dict[frozenset[str], list[str]] = {}
    for action, resources in places.items():
        together.setdefault(frozenset(resources), []).append(action)
    return ",\n".join(allow(actions, resources) for resources, actions in together.items())


def _listed(words: Iterable[str]) -> str:
    *others, last = dict.fromkeys(words)
    return f"{', '.join(others)} and {last}" if others else last
