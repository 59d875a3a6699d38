"""Background work on pages."""
