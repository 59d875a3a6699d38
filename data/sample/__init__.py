"""Sample data for a laptop: two organisations with about 250 people between them, and what they did in a month."""
