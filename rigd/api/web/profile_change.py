"""A change of the profile in force, asked for by a form: made, told, and taken back."""

from rigd.api.web.address import address_of
from rigd.api.web.rest import Rest
from rigd.api.web.room import Asked, Done, Press, Room


async def undo_of_last(rest: Rest, rig: str, room: Room, number_before: int | None) -> Press | None:
    """The button that takes back the change that has just been made; None if there is none.

    Args:
        rest: rigd's own API.
        rig: whose change it was.
        room: has an action `undo` (see `undo`).
        number_before: the newest change before it.
    """
    number = await newest_change(rest)
    if number is None or number == number_before:
        return None
    return Press(
        label="Undo", address=address_of(rig, room, "undo"), fields={"number": str(number)}
    )


async def newest_change(rest: Rest) -> int | None:
    """The number of the newest change of any profile."""
    found = await rest.ask("GET", "profile-changes", query={"most": "1"})
    return found["changes"][0]["number"] if found["changes"] else None


async def undo(asked: Asked) -> Done:
    """Take back the last change, if it is the one that was seen."""
    number = asked.whole("number")
    answer = await asked.rest.ask("POST", "profile-changes", {"undo": number})
    taken = answer["taken_back"]
    return Done(said=f"Taken back: {taken['what']} of {taken['profile']}. Nothing moved.")
