"""The base of all repositories: the shared table, read cache, projection, change feed."""
