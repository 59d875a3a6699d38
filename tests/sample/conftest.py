"""The sample written small: everybody who can sign in, with all above them, and a lead who left two people behind."""

import pytest

from data.sample import organisation
from data.sample import service as sample
from data.sample.organisation import SampleOrganisation
from data.sample.people import globex, northwind


def small():
    people = {person.username: person for person in northwind()}
    wanted = {"ines.moreau", "oscar.lindqvist", "maya.okafor", "aiko.tanaka", "noor.haddad"}
    turns = SampleOrganisation("Northwind", northwind()).turn
    leads = [one for one in people.values() if one.level == 2 and (turn := turns(one)) and turn.left]
    for lead in leads[:1]:
        reports = [person.username for person in people.values() if person.manager == lead.username]
        wanted |= {lead.username, *reports[:2]}
    for _ in range(3):
        wanted |= {people[name].manager for name in wanted if people[name].manager}
    return tuple(person for name, person in people.items() if name in wanted)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(organisation, "INACTIVE_SHARE", 0.3)  # so that leads have left too
    monkeypatch.setattr(sample, "WRITERS", 1)  # moto does not stand threads
    monkeypatch.setattr(organisation, "northwind", small)
    monkeypatch.setattr(organisation, "globex", lambda: globex()[:3])


class Crash(BaseException):
    """What no handler of ours catches, like the end of the process."""
