"""Users on pages: fields, filters, dialogs, export."""
