"""A pytest plugin: prints how many seconds each folder of tests took, summed over all workers."""

from collections import Counter

import pytest

seconds: Counter[str] = Counter()
tests: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    folder = folder_of(report.nodeid)
    seconds[folder] += report.duration
    tests[folder] += report.when == "call"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("seconds per folder")
    for folder, spent in seconds.most_common():
        terminalreporter.write_line(f"{spent:8.1f}  {tests[folder]:5}  {folder}")
    terminalreporter.write_line(f"{seconds.total():8.1f}  {tests.total():5}  all")


def folder_of(nodeid: str) -> str:
    """Return the folder under `tests/`, or the file for tests that are directly in it."""
    return nodeid.split("::", 1)[0].split("/")[1]
