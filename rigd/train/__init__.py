"""Imaging trains: parts, spacers and the search for the best stack."""
