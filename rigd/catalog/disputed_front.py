"""Fronts of a camera about whose depth sources disagree: each reading, and what its kin tell."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera, MountConfiguration
from rigd.catalog.models.part import Part
from rigd.catalog.models.sourced import Claim
from rigd.train.connection import End
from rigd.train.parts import CameraMount, Doubt, Port
from rigd.units import um_from_mm

FLANGE = "mount_configurations.flange_distance_mm"


def disputed_claims(entry: Camera) -> tuple[Claim, ...]:
    """Return what sources say of the depth of the only front, if they disagree and none is used."""
    claims = tuple(
        claim
        for conflict in entry.conflicts
        if conflict.field == FLANGE and conflict.used is None
        for claim in conflict.values
        if isinstance(claim.value, float)
    )
    return claims if len(entry.mount_configurations) == 1 and len(claims) > 1 else ()


def disputed_fronts(catalog: Catalog, entry: Camera, port: Port) -> tuple[CameraMount, ...]:
    """Return the fronts by each source, if these state several depths of the only configuration.

    Where every camera of the maker with a front so deep has it male, with a ring on top, this one
    is taken to be alike, and that is marked; the ring's front is one more.

    Args:
        catalog: Knows sources and kin.
        entry: The camera.
        port: Its front, as far as it is known.
    """
    claims = disputed_claims(entry)
    if not claims:
        return ()
    name = entry.mount_configurations[0].name
    said_um = [um_from_mm(float(claim.value)) for claim in claims]
    fronts: list[CameraMount] = []
    for claim, depth_um in zip(claims, said_um, strict=True):
        reading = f"{claim.value:g} mm, as {_who_says(catalog, claim)} says"
        kin = list(_kin(catalog, entry, port, float(claim.value)))
        fronts.append(
            CameraMount(
                id=f"{name} at {claim.value:g} mm",
                port=_alike(port, [mount.end for _, mount in kin]),
                flange_distance_um=depth_um,
                other_lengths_um=tuple(um for um in said_um if um != depth_um),
                note=f"sources disagree: it is {reading}",
                reading=reading,
            )
        )
        with_ring = _with_ring(catalog, kin)
        if with_ring is not None and with_ring.flange_distance_um in said_um:
            # One source states it bare, the other with its ring: they do not disagree.
            bare = replace(fronts[-1], other_lengths_um=(), note=None, reading=None)
            return (bare, with_ring)
        if with_ring is not None:
            said = f"{fronts[-1].note}; {with_ring.note}"
            others_um = fronts[-1].other_lengths_um
            fronts.append(
                replace(with_ring, note=said, reading=reading, other_lengths_um=others_um)
            )
    return tuple(fronts)


def _kin(
    catalog: Catalog, entry: Camera, port: Port, depth_mm: float
) -> Iterator[tuple[Camera, MountConfiguration]]:
    """Yield the maker's other cameras with the same thread at the same depth."""
    for other in catalog.all(Camera):
        if other.maker != entry.maker or other.id == entry.id:
            continue
        for mount in other.mount_configurations:
            end = mount.end
            if end is None or mount.flange_distance_mm != depth_mm:
                continue
            if port.end is not None and end.standard == port.end.standard:
                yield other, mount


def _alike(port: Port, ends: Sequence[End | None]) -> Port:
    """The front of a gender that nobody states: that of its kin, if these agree."""
    genders = {end.gender for end in ends if end is not None}
    if port.end is None or port.doubt is not Doubt.GENDER or len(genders) != 1:
        return port
    return replace(port, end=port.end.model_copy(update={"gender": genders.pop()}))


def _with_ring(
    catalog: Catalog, kin: Sequence[tuple[Camera, MountConfiguration]]
) -> CameraMount | None:
    """The front with the ring that all kin are shipped with; None if they are not."""
    found: set[tuple[str, float, End]] = set()
    for camera, bare in kin:
        shipped = [one for one in camera.mount_configurations if one.as_shipped and one is not bare]
        rings = [one for one in shipped if one.added_parts == bare.removed_parts]
        if len(rings) != 1 or len(bare.removed_parts) != 1:
            return None
        (ring,) = rings
        if ring.flange_distance_mm is None or ring.end is None:
            return None
        found.add((bare.removed_parts[0], ring.flange_distance_mm, ring.end))
    if len(found) != 1:
        return None
    id, depth_mm, end = found.pop()
    ring_name = str(catalog.find(Part, id) or id)
    return CameraMount(
        id=f"with {ring_name} at {depth_mm:g} mm",
        port=Port(end=end, doubt=Doubt.GENDER),
        flange_distance_um=um_from_mm(depth_mm),
        note=f"with {ring_name}, which the maker's cameras of that depth come with: check",
    )


def _who_says(catalog: Catalog, claim: Claim) -> str:
    addresses = [catalog.sources[key].address for key in claim.sources]
    return ", ".join(addresses) or "no document"
