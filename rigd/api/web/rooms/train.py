"""Train: the answer, the drawing, the parts in their order, and those that one owns."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from rigd.api.web.address import address_of
from rigd.api.web.owned_parts import MOST, keep_owned, owned_parts, part_name, read_owned
from rigd.api.web.room import Action, Asked, Done, Press, Room, Visit
from rigd.errors import InvalidValueError


async def _show(visit: Visit) -> Mapping[str, Any]:
    words = visit.query.get("own", "").strip()[:120]
    offered = await visit.observatory.offer_names("own", words) if words else None
    return {
        "owned": await owned_parts(visit),
        "words": words,
        "offered": () if offered is None else offered.offered,
        "change": lambda part, by, label: _press(visit, part, by, label),
    }


async def _change_owned(asked: Asked) -> Done:
    """One more of a part, or one fewer; a part is also meant by its name."""
    by = asked.whole("by")
    if "part" in asked.form:
        part = asked.text("part")
    else:
        words = asked.text("words")[:120]
        meant = (await asked.visit.observatory.offer_names("own", words)).meant
        if meant is None:
            query = urlencode({"own": words})
            return Done(to=f"{address_of(asked.rig.name, ROOM)}?{query}#own-title")
        part = meant.id
    name = await part_name(asked.visit, part)
    owned = dict(await read_owned(asked.visit))
    before = owned.get(part, 0)
    now = before + by
    if not 0 <= now <= MOST:
        msg = f"{name}: {now} of them? From 0 to {MOST} can be kept"
        raise InvalidValueError(msg)
    owned[part] = now
    await keep_owned(asked.visit, asked.rest, owned)
    return Done(
        said=f"{name}: you have {now} now, {before} before. Nothing moves.",
        undo=_press(asked.visit, part, -by, "Undo"),
    )


def _press(visit: Visit, part: str, by: int, label: str) -> Press:
    address = address_of(visit.rig.name, ROOM, "own")
    return Press(label=label, address=address, fields={"part": part, "by": str(by)})


ROOM = Room(
    slug="train",
    title="Train",
    template="train.html",
    show=_show,
    actions=(Action("own", _change_owned),),
)
