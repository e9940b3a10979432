"""What there is before there is a rig: what was found, the few questions, and what is written."""

from collections.abc import Mapping
from typing import Any

from rigd.api.web.address import address_of
from rigd.api.web.room import Action, Asked, Done, Form, Room, Visit

ANSWER = "answer."
"""What the name of a field begins with that answers a question."""
STARTING = "starting"


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
    await asked.rest.ask("POST", "first-run/look", {"servers": servers})
    return Done()


async def _write(asked: Asked) -> Done:
    """Write the configuration as it was shown, and have rigd go on with it."""
    body = {"answers": _answers(asked.form), "toml": asked.text("toml")}
    written = await asked.rest.ask("POST", "first-run/write", body)
    return Done(to=f"{address_of(None, ROOM)}?{STARTING}={written['rig']}")


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
