"""Bulk changes on pages: the dialog, the preview, progress and results."""
