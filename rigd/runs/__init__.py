"""Autofocus runs as other programs logged them: one reader for each format."""
