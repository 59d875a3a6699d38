"""The version of the dashboard; CHANGELOG.md says what each one brought."""

VERSION = "0.1.0"
