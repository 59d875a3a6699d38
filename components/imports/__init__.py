"""The import of users, step by step."""
