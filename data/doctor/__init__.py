"""Looks whether everything is there that the dashboard stands on, and says what mends what is not.

`diagnose` is the way in, for `python -m data doctor` and for Health.
"""

from data.doctor.findings import Finding, State
from data.doctor.run import diagnose

__all__ = ["Finding", "State", "diagnose"]
