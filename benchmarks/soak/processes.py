"""The long proofs of processes: dashboards, workers and commands that are started and killed; killed upgrades."""

from benchmarks.soak.long_tests import long_tests
from benchmarks.soak.part import Part

FILES = (
    "tests/jobs/test_companion.py",
    "tests/run/test_doctor.py",
    "tests/run/test_processes.py",
    "tests/run/test_production.py",
    "tests/run/test_settings_file.py",
    "tests/adoption/test_upgrade.py",
)


def part(_scale: float) -> Part:
    return long_tests("long tests of processes, passed", FILES)
