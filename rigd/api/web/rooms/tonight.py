"""Tonight: which filter is in the light, whether the focus can be trusted, and what happens."""

import asyncio
from collections.abc import Mapping
from typing import Any

from rigd.api.web.room import Action, Asked, Done, File, Part, Room, Visit
from rigd.errors import InvalidValueError, RigdError
from rigd.view.night import NOW
from rigd.view.night_plot import plot_night

DIARY_LINES = 40


async def _show(visit: Visit) -> Mapping[str, Any]:
    alerts = () if visit.alerts is None else visit.alerts.report().alerts
    return {
        "diary": await visit.observatory.newest_lines(visit.rig.name, DIARY_LINES),
        "course": await _plot(visit),
        "alerts": [one for one in alerts if one.about in {visit.rig.name, "computer"}],
    }


async def _plot(visit: Visit) -> str | None:
    """The focuser over the night so far; None where nothing is known of it, or not in time."""
    try:
        report = await visit.observatory.night(visit.rig.name, NOW)
    except RigdError:
        return None
    return await asyncio.to_thread(plot_night, report)


async def _course(visit: Visit) -> File:
    svg = await _plot(visit)
    if svg is None:
        msg = "nothing is known of the focuser tonight"
        raise InvalidValueError(msg)
    return File(kind=b"image/svg+xml", body=svg.encode())


async def _hold(asked: Asked) -> Done:
    """Hands off, or go on."""
    wanted = asked.text("hold")
    if wanted not in {"on", "off"}:
        msg = "hold: on or off"
        raise InvalidValueError(msg)
    await asked.rest.ask("POST", f"rigs/{asked.rig.name}/hold", {"hold": wanted == "on"})
    return Done()


async def _adopt(asked: Asked) -> Done:
    """A human's word that it is in focus now."""
    answer = await asked.rest.ask("POST", f"rigs/{asked.rig.name}/adopt", {})
    return Done(said=f"{answer['said']}.")


async def _mode(asked: Asked) -> Done:
    """Another mode."""
    body = {"mode": asked.text("mode"), "confirm": asked.text("confirm", "") == "yes"}
    answer = await asked.rest.ask("POST", f"rigs/{asked.rig.name}/mode", body)
    return Done(said=f"The mode is {answer['mode']} from now on. Nothing moved.")


async def _release(asked: Asked) -> Done:
    """Give up a device that does not answer."""
    body = {"device": asked.text("device")}
    answer = await asked.rest.ask("POST", f"rigs/{asked.rig.name}/release", body)
    return Done(said=f"{answer['released']}.")


ROOM = Room(
    slug="",
    title="Tonight",
    template="tonight.html",
    show=_show,
    actions=(
        Action("hold", _hold),
        Action("adopt", _adopt),
        Action("mode", _mode),
        Action("release", _release),
    ),
    parts=(Part("course.svg", _course),),
)
