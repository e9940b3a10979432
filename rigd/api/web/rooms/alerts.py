"""Alerts: what is wrong now, who is told when and of what, and the test."""

from collections.abc import Mapping
from typing import Any

from rigd.alert_settings import AlertKind
from rigd.api.web.room import Action, Asked, Done, Room, Visit
from rigd.errors import InvalidValueError


async def _show(visit: Visit) -> Mapping[str, Any]:
    report = None if visit.alerts is None else visit.alerts.report()
    begin, _, end = ((report.quiet_hours if report else None) or "").partition("-")
    return {"report": report, "all_kinds": tuple(AlertKind), "quiet_from": begin, "quiet_to": end}


async def _test(asked: Asked) -> Done:
    """Send a test to every receiver."""
    report = await asked.rest.ask("POST", "alerts/test", {})
    went = (f"{one['receiver']}: {one['result']}" for one in report["receivers"])
    return Done(said=f"a test was sent: {'; '.join(went)}")


async def _add(asked: Asked) -> Done:
    """Tell one more."""
    report = await asked.rest.ask("POST", "alerts/receivers", {"address": asked.text("address")})
    name = report["receivers"][-1]["receiver"]
    return Done(said=f"{name} is told from now on. Send a test to see that it arrives.")


async def _remove(asked: Asked) -> Done:
    """Tell one no more."""
    await asked.rest.ask("DELETE", f"alerts/receivers/{asked.whole('number')}")
    return Done(said=f"{asked.text('name', 'It')} is told no more.")


async def _choose(asked: Asked) -> Done:
    """Choose when nothing is sent, and of what is told."""
    begin, end = asked.text("from", ""), asked.text("to", "")
    if bool(begin) != bool(end):
        msg = "quiet hours need a beginning and an end; leave both empty for none"
        raise InvalidValueError(msg)
    quiet = f"{begin}-{end}" if begin else None
    kinds = list(asked.form.get("kind", ()))
    await asked.rest.ask("PUT", "alerts/choice", {"quiet": quiet, "kinds": kinds})
    return Done(said="That is kept, and counts from now on.")


async def _follow(asked: Asked) -> Done:
    """Let the configuration say again when and of what is told."""
    await asked.rest.ask("DELETE", "alerts/choice")
    return Done(said="The configuration says again when and of what is told.")


ROOM = Room(
    slug="alerts",
    title="Alerts",
    template="alerts.html",
    show=_show,
    actions=(
        Action("test", _test),
        Action("add", _add),
        Action("remove", _remove),
        Action("choose", _choose),
        Action("follow", _follow),
    ),
)
