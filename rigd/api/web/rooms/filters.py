"""Filters: every offset with its error, and how it is known."""

from rigd.api.web.room import Room

ROOM = Room(slug="filters", title="Filters", template="filters.html")
