"""What a train asks of an entry of the catalog: entries with the same measures need no choice."""

from dataclasses import replace

from rigd.catalog.models.camera import Camera
from rigd.catalog.models.filter import Filter
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.part import Part
from rigd.catalog.models.sourced import Entry
from rigd.catalog.train_parts import CatalogLookup


def measures_of(entry: Entry, lookup: CatalogLookup) -> object:
    """Return what a train asks of an entry; None if its length or thickness is not known."""
    if isinstance(entry, Camera):
        camera = lookup.camera(entry.id)
        return replace(camera, name="", maker=None) if camera and camera.mounts else None
    if isinstance(entry, Filter):
        facts = lookup.filter(entry.id)
        return (
            (facts.thickness_mm, facts.glass, facts.index) if facts and facts.thickness_mm else None
        )
    if isinstance(entry, Part | FilterWheel):
        body = lookup.part(entry.id)
        same = replace(body, name=None, maker=None) if body else None
        return same if same and same.optical_length_um is not None else None
    return None
