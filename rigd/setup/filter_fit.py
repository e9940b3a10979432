"""Whether the filters that are named go into what is to hold them. Pure."""

from rigd.train.file_format import TrainFile
from rigd.train.filter_size import find_misfits
from rigd.train.part_facts import Lookup


def takes_filters(file: TrainFile, lookup: Lookup) -> bool:
    """Whether some holder of a train takes each size that is said of its filters."""
    stated = [row.size for row in file.filters]
    bodies = [lookup.part(row.id) for row in file.devices if row.id is not None]
    holders = [body.filter_openings for body in bodies if body is not None and body.filter_openings]
    return not holders or any(
        not find_misfits(stated, [opening.size for opening in openings]) for openings in holders
    )
