"""Programs: the filter offsets in the tables of other programs, as rigd keeps them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from rigd.api.web.room import Action, Asked, Done, Room, Visit


async def _show(visit: Visit) -> Mapping[str, Any]:
    report = await visit.rest.ask("GET", f"rigs/{visit.rig.name}/tables")
    return {"tables": report["tables"]}


async def _write(asked: Asked) -> Done:
    """Write a table, and keep it so."""
    server = asked.text("server")
    body = {
        "wish": asked.text("wish", "offsets"),
        "overwrite": asked.text("overwrite", "") == "yes",
    }
    path = f"rigs/{asked.rig.name}/tables/{quote(server, safe='')}"
    written = await asked.rest.ask("POST", path, body)
    return Done(said=f"{written['program']} is written, and kept so. Nothing moved.")


async def _undo(asked: Asked) -> Done:
    """Give a program its own table back."""
    path = f"rigs/{asked.rig.name}/tables/{quote(asked.text('server'), safe='')}/undo"
    given = await asked.rest.ask("POST", path, {})
    return Done(said=f"{given['program']} has its own offsets again. Nothing moved.")


ROOM = Room(
    slug="programs",
    title="Other programs",
    template="programs.html",
    show=_show,
    actions=(Action("write", _write), Action("undo", _undo)),
    is_listed=False,
)
