"""Autofocus runs and light frames as other programs logged them: one reader for each format."""
