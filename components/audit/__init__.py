"""The audit trail on pages: sentences, filters, verification, export."""
