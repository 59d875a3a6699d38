"""The sections of Health."""
