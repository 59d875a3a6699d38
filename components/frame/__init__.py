"""The frame of every page, run once per script run: menu, session, styles, command palette."""
