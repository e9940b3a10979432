"""Every room of the page, in the order in which its links stand."""

from rigd.api.web.room import Room
from rigd.api.web.rooms import (
    alerts,
    begin,
    equipment,
    filters,
    night,
    programs,
    spacers,
    tonight,
    train,
)

TONIGHT = tonight.ROOM
ROOMS: tuple[Room, ...] = (
    TONIGHT,
    filters.ROOM,
    train.ROOM,
    equipment.ROOM,
    night.ROOM,
    programs.ROOM,
)
"""The rooms of a rig, at `/rig/NAME/…`."""
BEGIN = begin.ROOM
HOUSE: tuple[Room, ...] = (BEGIN, spacers.ROOM, alerts.ROOM)
"""The rooms that belong to no rig, at `/…`. The first is shown while there is no rig."""


def room_of(rooms: tuple[Room, ...], slug: str) -> Room | None:
    """The room with this slug."""
    return next((one for one in rooms if one.slug == slug), None)
