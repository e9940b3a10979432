"""Alerts: what is wrong now, who is told of it, and the test."""

from collections.abc import Mapping
from typing import Any

from rigd.api.web.room import Action, Asked, Done, Room, Visit


async def _show(visit: Visit) -> Mapping[str, Any]:
    return {"report": None if visit.alerts is None else visit.alerts.report()}


async def _test(asked: Asked) -> Done:
    """Send a test to every receiver."""
    report = await asked.rest.ask("POST", "alerts/test", {})
    went = (f"{one['receiver']}: {one['result']}" for one in report["receivers"])
    return Done(said=f"a test was sent: {'; '.join(went)}")


ROOM = Room(
    slug="alerts",
    title="Alerts",
    template="alerts.html",
    show=_show,
    actions=(Action("test", _test),),
)
