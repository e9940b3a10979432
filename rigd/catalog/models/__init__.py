"""One frozen model for each kind of catalog entry.

May import what rigd.catalog may, and nothing else of rigd.catalog.
"""
