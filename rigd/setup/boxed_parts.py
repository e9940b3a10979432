"""What a person says is not at hand, beside what the boxes of a train hold. Pure."""

from collections.abc import Iterator

from rigd.train.file_format import TrainFile
from rigd.train.part_facts import Lookup


def unboxed_words(file: TrainFile, lookup: Lookup) -> Iterator[str]:
    """Yield a sentence on each part that is said to be gone from a box, and is in none."""
    camera = lookup.camera(file.camera.id) if file.camera.id is not None else None
    boxed = set(camera.box_parts if camera is not None else ())
    further = () if isinstance(file.boxes, bool) else file.boxes
    for id in (*(row.id for row in file.devices), *further):
        owner = None if id is None else lookup.part(id) or lookup.camera(id)
        boxed |= set(owner.box_parts if owner is not None else ())
    for id in file.without:
        if id not in boxed:
            known = lookup.part(id)
            name = (known.name if known is not None else None) or id
            yield f"{name} came with nothing in this train: to go without it changes nothing"
