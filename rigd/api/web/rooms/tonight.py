"""Tonight: which filter is in the light, whether the focus can be trusted, and what happens."""

from collections.abc import Mapping
from typing import Any

from rigd.api.web.room import Action, Asked, Done, Room, Visit
from rigd.errors import InvalidValueError

DIARY_LINES = 40


async def _show(visit: Visit) -> Mapping[str, Any]:
    return {"diary": await visit.observatory.newest_lines(visit.rig.name, DIARY_LINES)}


async def _hold(asked: Asked) -> Done:
    """Hands off, or go on."""
    wanted = asked.text("hold")
    if wanted not in {"on", "off"}:
        msg = "hold: on or off"
        raise InvalidValueError(msg)
    await asked.rest.ask("POST", f"rigs/{asked.rig.name}/hold", {"hold": wanted == "on"})
    return Done()


ROOM = Room(
    slug="",
    title="Tonight",
    template="tonight.html",
    show=_show,
    actions=(Action("hold", _hold),),
)
