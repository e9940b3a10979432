"""What there is before there is a rig."""

from rigd.api.web.room import Room

ROOM = Room(slug="begin", title="No rig yet", template="no_rig.html")
