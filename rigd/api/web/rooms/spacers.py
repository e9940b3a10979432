"""Spacers: what one screws between telescope and camera, of any train, asked by names."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from rigd.api.web.asked_train import FIELDS, NO_SHOP, picture_of, request_of, said_of, with_lines
from rigd.api.web.room import Room, Visit
from rigd.errors import InvalidValueError, RefusedError
from rigd.view.train_request import NamedTrains, OfferedNames


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What words may mean, and the address at which the question says so."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A field whose words mean no single thing."""

    label: str
    words: str
    choices: tuple[Choice, ...]


async def _show(visit: Visit) -> Mapping[str, Any]:
    said = said_of(visit.query)
    values: dict[str, Any] = {
        "fields": FIELDS,
        "said": said,
        "no_shop": NO_SHOP in said,
        "faults": (),
        "doubts": (),
        "answers": (),
        "picture": None,
        "paper": None,
        "have": lambda part: with_lines(said, {"own": part.id}),
        "settle": lambda answer: with_lines(said, answer.settled_by),
    }
    if not said:
        return values
    try:
        request = request_of(said)
        found = await visit.observatory.find_spacers(request)
    except (InvalidValueError, RefusedError) as error:
        values["faults"] = str(error).splitlines()
        values["doubts"] = [one async for one in _doubts(visit, said)]
        return values
    answers = found.readings if isinstance(found, NamedTrains) else (found,)
    values["answers"] = answers
    if len(answers) == 1:
        values["picture"] = picture_of(request)
        values["paper"] = picture_of(request, full_size=True)
    return values


async def _doubts(visit: Visit, said: Mapping[str, str]) -> AsyncIterator[Doubt]:
    """Yield each field that means several entries or none, with the nearest."""
    for field in FIELDS:
        words = said.get(field.name)
        if words is None or field.has_several:
            continue
        found = await visit.observatory.offer_names(field.name, words)
        if found.meant is None and found.offered:
            yield Doubt(label=field.label, words=words, choices=_choices(said, found))


def _choices(said: Mapping[str, str], found: OfferedNames) -> tuple[Choice, ...]:
    return tuple(
        Choice(name=one.name, address=with_lines(said, {found.field: one.id}))
        for one in found.offered
    )


ROOM = Room(slug="spacers", title="What do I screw between?", template="spacers.html", show=_show)
