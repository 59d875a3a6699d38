"""The HTTP types and functions that the routes of domains use."""
