"""Building blocks of all pages, without knowledge of any domain."""
