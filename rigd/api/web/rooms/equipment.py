"""Equipment: the devices with what the catalog says of them, and what only the owner knows."""

from rigd.api.web.room import Room

ROOM = Room(slug="equipment", title="Equipment", template="equipment.html")
