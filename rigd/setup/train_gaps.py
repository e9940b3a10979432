"""What rigd cannot see of the train: the camera's front, a guider, the parts owned. Pure."""

from rigd.catalog.train_parts import CatalogLookup
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import NO_GUIDER
from rigd.setup.gap import Gap, options_of
from rigd.units import mm_from_um
from rigd.view.questions import AnswerKind, RigQuestion


def camera_gaps(profile: EquipmentProfile, lookup: CatalogLookup) -> list[Gap]:
    """How the front of the camera is opened, where the catalog knows several ways."""
    camera = profile.camera
    if camera is None or camera.flange_distance_mm is not None:
        return []
    options = camera_mounts(camera.id, lookup)
    if not options:
        return []
    question = RigQuestion(
        key="camera.mount_configuration",
        text="How is the front of the camera opened: tilt plate and rings on or off?",
        kind=AnswerKind.CHOICE,
        options=options_of(options),
    )
    return [Gap(question, options[0][0])]


def guider_gaps(profile: EquipmentProfile, lookup: CatalogLookup) -> list[Gap]:
    """Not asked of an owner who names the devices: a guider is among them or there is none."""
    known = tuple(lookup.guiders())
    if profile.train.devices or not known:
        return []
    question = RigQuestion(
        key="train.oag",
        text="Is there an off-axis guider between telescope and camera?",
        kind=AnswerKind.CHOICE,
        options=options_of(((NO_GUIDER, "none"), *known)),
    )
    return [Gap(question, known[0][0])]


def owned_gaps(profile: EquipmentProfile, lookup: CatalogLookup) -> list[Gap]:
    """The spacers and adapters at hand besides those from boxes."""
    sample = next(
        (entry_id for entry_id, facts in lookup.for_sale() if facts.may_be_stock),
        None,
    )
    if sample is None:
        return []
    question = RigQuestion(
        key="train.owned",
        text="Which spacers and adapters do you own, besides what came in the boxes? Catalog ids "
        f'with counts, as "{sample}=1"; "none" if you own none',
        kind=AnswerKind.PARTS,
    )
    return [Gap(question, {sample: 1})]


def camera_mounts(entry_id: str | None, lookup: CatalogLookup) -> tuple[tuple[str, str], ...]:
    """The ways to open a camera's front, each with its flange distance."""
    camera = lookup.camera(entry_id) if entry_id is not None else None
    if camera is None:
        return ()
    return tuple(
        (mount.id, f"{mm_from_um(mount.flange_distance_um):g} mm to the sensor, {mount.port}")
        for mount in camera.mounts
    )
