"""What there is before there is a rig: what was found, the few questions, and what is written."""

from collections.abc import Mapping
from typing import Any

from rigd.api.web.address import address_of
from rigd.api.web.room import Action, Asked, Done, Form, Room, Visit
from rigd.errors import RefusedError
from rigd.view.first_run import FirstRun

ANSWER = "answer."
"""What the name of a field begins with that answers a question."""
STARTING = "starting"
MOST_SERVERS = 8


async def _show(visit: Visit) -> Mapping[str, Any]:
    setup, starting = visit.first_run, visit.query.get(STARTING)
    values: dict[str, Any] = {"setup": setup, "starting": starting, "plan": None}
    if setup is None:
        return values
    if starting is not None:
        setup.go_on()
    elif setup.has_looked:
        values["plan"] = await setup.plan(_answers({k: (v,) for k, v in visit.query.items()}))
    return values


async def _look(asked: Asked) -> Done:
    """Look for what is there."""
    servers = asked.text("servers", "").replace(",", " ").split()
    _setup(asked).look(tuple(servers[:MOST_SERVERS]))
    return Done()


async def _write(asked: Asked) -> Done:
    """Write the configuration as it was shown, and have rigd go on with it."""
    name = await _setup(asked).write(_answers(asked.form), asked.text("toml"))
    return Done(to=f"{address_of(None, ROOM)}?{STARTING}={name}")


def _setup(asked: Asked) -> FirstRun:
    """What makes the first configuration.

    Raises:
        RefusedError: there is a rig already.
    """
    if asked.visit.first_run is None:
        msg = "a rig is set up already: `rigd init --replace` sets it up anew"
        raise RefusedError(msg)
    return asked.visit.first_run


def _answers(form: Form) -> dict[str, str]:
    return {
        name.removeprefix(ANSWER): values[0].strip()
        for name, values in form.items()
        if name.startswith(ANSWER) and values[0].strip()
    }


ROOM = Room(
    slug="begin",
    title="Set rigd up",
    template="begin.html",
    show=_show,
    actions=(Action("look", _look), Action("write", _write)),
)
