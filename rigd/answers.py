"""What rigd works out of a rig: its devices in the catalog, and its imaging train. Pure."""

from collections.abc import Mapping

from pydantic import ValidationError

from rigd.catalog import Catalog
from rigd.devices import DeviceKind, DeviceRef
from rigd.drawing import draw_stack
from rigd.errors import TrainError
from rigd.matching import as_json as match_as_json
from rigd.matching import facts_of, match
from rigd.offsets import SlotKind
from rigd.profile import EquipmentProfile
from rigd.rig import Rig
from rigd.trainanswer import answer
from rigd.trainanswer import as_json as train_as_json
from rigd.traincatalog import CatalogLookup
from rigd.trainformat import (
    CameraEntry,
    DeviceEntry,
    FilterEntry,
    OpticEntry,
    PartEntry,
    TrainFile,
)
from rigd.trainresolve import resolve

Json = Mapping[str, object]

STACKS = 5


def match_rig(rig: Rig, profile: EquipmentProfile, catalog: Catalog) -> Json:
    """What each device of the rig is in the catalog, beside what the profile says it is."""
    roles = (
        (DeviceKind.CAMERA, rig.settings.camera, profile.camera.id if profile.camera else None),
        (DeviceKind.FILTERWHEEL, rig.settings.wheel, profile.wheel.id if profile.wheel else None),
        (DeviceKind.FOCUSER, rig.settings.focuser, profile.focuser.id if profile.focuser else None),
    )
    return {
        "rig": rig.settings.name,
        "devices": [
            _match(rig, kind, ref, stated, catalog)
            for kind, ref, stated in roles
            if ref is not None
        ],
    }


def train_of(name: str, profile: EquipmentProfile, catalog: Catalog) -> tuple[Json, str | None]:
    """The required path length of a rig and the best stacks of its parts; the best one drawn (SVG).

    Where something that the answer needs is not known, the answer is the sentence that names it.
    """
    lookup = CatalogLookup(catalog)
    try:
        found = answer(resolve(_file(profile), lookup), STACKS)
    except TrainError as unknown:
        return {"rig": name, "unknown": str(unknown)}, None
    except ValidationError as wrong:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
        return {"rig": name, "unknown": "; ".join(lines)}, None
    drawn = draw_stack(found.question, found.stacks[0]) if found.stacks else None
    return {"rig": name, **train_as_json(found)}, drawn


def profile_summary(rig: Rig, profile: EquipmentProfile) -> Json:
    """A rig's equipment profile in short; step size and limits as they count now, or None."""
    optic, camera, wheel, focuser = profile.optic, profile.camera, profile.wheel, profile.focuser
    reported = rig.focuser.step_size_um if rig.focuser else None
    stated = focuser.step_size_um if focuser else None
    return {
        "rig": rig.settings.name,
        "profile": profile.name,
        "reference_filter": profile.reference_filter,
        "optic": {
            "id": optic.id,
            "name": optic.name,
            "required_back_focus_mm": optic.required_back_focus_mm,
            "focal_length_mm": optic.focal_length_mm,
            "focal_ratio": optic.focal_ratio,
        },
        "camera": {"id": camera.id, "mount_configuration": camera.mount_configuration}
        if camera
        else None,
        "wheel": {"id": wheel.id, "filters": [profile.filters[key].name for key in wheel.slots]}
        if wheel
        else None,
        "focuser": {
            "id": focuser.id,
            "moves": focuser.moves,
            "direction": focuser.direction,
            "step_size_um": stated if stated is not None else reported,
            "min_steps": rig.settings.min_steps,
            "max_steps": rig.max_steps,
            "tolerance_steps": rig.settings.tolerance_steps,
            "dead_band_steps": rig.settings.dead_band_steps,
        }
        if focuser
        else None,
        "reactive": rig.settings.reactive,
        "camera_gate": profile.gates.camera_gate,
    }


def unknown_entries(profile: EquipmentProfile, catalog: Catalog) -> tuple[str, ...]:
    """Every catalog id of a profile that is in no catalog file, with the key that names it."""
    named = [
        ("optic.id", profile.optic.id),
        ("camera.id", profile.camera.id if profile.camera else None),
        ("wheel.id", profile.wheel.id if profile.wheel else None),
        ("focuser.id", profile.focuser.id if profile.focuser else None),
        *((f"filters.{key}.id", one.id) for key, one in profile.filters.items()),
        *((f"train.devices: {entry}", entry) for entry in profile.train.devices),
        *((f"train.owned: {entry}", entry) for entry in profile.train.owned),
    ]
    return tuple(
        f"{key}: {entry!r} is not in the catalog"
        for key, entry in named
        if entry is not None and not catalog.show(entry)
    )


def _match(
    rig: Rig, kind: DeviceKind, ref: DeviceRef, stated: str | None, catalog: Catalog
) -> Json:
    identity = next((i for i in rig.identities if i.ref == ref), None)
    head: dict[str, object] = {"kind": kind, "device": ref.key, "server": ref.server}
    if identity is None:
        return {**head, "status": "none", "evidence": ["the device was not seen"], "stated": stated}
    found = match_as_json(match(facts_of(identity, kind), catalog))
    return {**head, "name": identity.name, **found, "stated": stated}


def _file(profile: EquipmentProfile) -> TrainFile:
    """The train file that says the same as the profile."""
    optic, camera = profile.optic, profile.camera
    keys = profile.wheel.slots if profile.wheel else ()
    glass = [profile.filters[key] for key in keys]
    return TrainFile(
        optic=OpticEntry(
            id=optic.id,
            name=optic.name,
            required_back_focus_mm=optic.required_back_focus_mm,
            focal_ratio=optic.focal_ratio,
            focal_length_mm=optic.focal_length_mm,
            end=optic.end,
        ),
        camera=CameraEntry(
            id=camera.id if camera else None,
            mount_configuration=camera.mount_configuration if camera else None,
            flange_distance_mm=camera.flange_distance_mm if camera else None,
            end=camera.end if camera else None,
        ),
        devices=tuple(DeviceEntry(id=entry) for entry in profile.train.devices),
        filters=tuple(
            FilterEntry(
                id=one.id,
                name=one.name,
                empty=one.kind is SlotKind.EMPTY,
                thickness_mm=one.thickness_mm,
                glass=one.glass,
                band_centre_nm=one.band_centre_nm,
            )
            for one in glass
            if one.kind in {SlotKind.FILTER, SlotKind.EMPTY}
        ),
        parts=tuple(
            PartEntry(id=entry, count=count) for entry, count in profile.train.owned.items()
        ),
    )
