"""Shared types and functions without I/O: records, errors, permissions, time, text, secrets, logs."""
