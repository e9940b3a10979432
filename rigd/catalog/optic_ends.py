"""The distance that an optic asks at each of the ends that its adapters offer."""

import re
from dataclasses import replace

from rigd.catalog.models.optic import Optic
from rigd.catalog.train_ends import TrainEnds
from rigd.train.connection import End
from rigd.train.part_facts import OpticFacts
from rigd.train.parts import Doubt
from rigd.train.standards import diameter_of


def with_options(ends: TrainEnds, entry: Optic, facts: OpticFacts) -> OpticFacts:
    """Return an optic with its distance at each of the ends that its adapters offer.

    A distance that counts from one of them (`M48 thread`) is that of this end alone: what another
    adapter adds to it, nobody says.
    """
    is_open = entry.camera_end is None and entry.camera_open_end is not None
    if not is_open or len(facts.planes) != 1 or facts.planes[0].port is not None:
        return facts
    ports = [
        port
        for port in ends.choices(entry, "camera_end", None, entry.camera_open_end)
        # As of every optic: where no source says the gender, it is male.
        if port.doubt is not Doubt.GENDER or port.is_male
    ]
    if len(ports) < 2 or any(port.end is None for port in ports) or facts.port.end is not None:
        return facts
    plane = facts.planes[0]
    named = [one for one in ports if one.end and _names_thread(plane.measured_from, one.end)]
    return replace(facts, planes=tuple(replace(plane, port=one) for one in named or ports))


def _names_thread(words: str | None, end: End) -> bool:
    """Whether words for a plane name the diameter of a thread: `M48 thread`."""
    return re.search(rf"\b{re.escape(diameter_of(end.standard))}\b", words or "") is not None
