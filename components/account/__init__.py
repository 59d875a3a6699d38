"""The sections of Settings: profile, password, sessions, tokens, own jobs, theme."""
