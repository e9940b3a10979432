"""The guide camera of a train file, resolved."""

from rigd.errors import TrainError
from rigd.train.file_format import GuideCameraEntry
from rigd.train.part_facts import Lookup
from rigd.train.question import GuideCameraModel
from rigd.train.resolve_steps import require_known, um


def resolve_guide_camera(entry: GuideCameraEntry | None, lookup: Lookup) -> GuideCameraModel | None:
    """Return the guide camera of an entry with what is known of its front.

    Raises:
        TrainError: an id that the catalog does not know, or a front that the camera does not have.
    """
    if entry is None:
        return None
    own_um = um(entry.flange_distance_mm)
    known = None
    if entry.id is not None:
        known = require_known(
            "guide_camera", entry.id, lookup.camera(entry.id), spelt_out=own_um is not None
        )
    name = entry.name or (known.name if known else entry.id) or "guide camera"
    if own_um is not None:
        return GuideCameraModel(name=name, flange_distances=(("", own_um),))
    mounts = known.mounts if known else ()
    fronts = tuple((mount.id, mount.flange_distance_um) for mount in mounts)
    wanted = entry.mount_configuration
    if wanted is not None:
        fronts = tuple(one for one in fronts if one[0] == wanted)
        if not fronts:
            raise TrainError(f"guide_camera.mount_configuration: {wanted!r} is not one of {name}'s")
    return GuideCameraModel(name=name, flange_distances=fronts)
