"""What rigd works out of a rig: its devices in the catalog, and its imaging train. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from rigd.catalog import Catalog
from rigd.devices import DeviceIdentity, DeviceKind, DeviceRef
from rigd.drawing import draw_stack
from rigd.errors import TrainError
from rigd.lookup import TwoOfAKind, first_of, second_of
from rigd.matching import Match, Status, facts_of, match
from rigd.matching import as_json as match_as_json
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
from rigd.trainquestion import TrainQuestion
from rigd.trainresolve import SOME_WHEEL, resolve
from rigd.wheelslots import wheel_slots

Json = Mapping[str, object]

NO_GUIDER = "none"
STACKS = 5
MOST_NAMED = 4
"""So many candidates are named in one line."""
_KINDS: Mapping[str, DeviceKind] = {
    "camera": DeviceKind.CAMERA,
    "wheel": DeviceKind.FILTERWHEEL,
    "focuser": DeviceKind.FOCUSER,
}
KIND_WORDS: Mapping[DeviceKind, str] = {
    DeviceKind.CAMERA: "camera",
    DeviceKind.FILTERWHEEL: "filter wheel",
    DeviceKind.FOCUSER: "focuser",
    DeviceKind.MOUNT: "mount",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceMatch:
    """A device of a rig and what the catalog says of it."""

    role: str
    """camera, wheel, focuser; of stacked wheels wheel.stack.N, counted from 1."""
    kind: DeviceKind
    ref: DeviceRef
    identity: DeviceIdentity | None
    """None: it was not seen."""
    stated: str | None
    """The entry that the owner says it is."""
    found: Match | None
    """By its own evidence alone; None if it was not seen."""

    @property
    def settled(self) -> Match | None:
        """The match, an ambiguity settled by the owner's word for one of the candidates."""
        found = self.found
        if found is None or found.status is not Status.AMBIGUOUS:
            return found
        if self.stated is None or self.stated not in found.candidates:
            return found
        return replace(
            found,
            status=Status.MATCH,
            entry_id=self.stated,
            candidates=(self.stated,),
            evidence=(*found.evidence, f"owner: says it is {self.stated}"),
            question=None,
        )

    @property
    def entry_id(self) -> str | None:
        """The entry that it is, by the owner's word or by a certain match."""
        if self.stated is not None:
            return self.stated
        return self.found.entry_id if self.found is not None else None


def matches_of(rig: Rig, profile: EquipmentProfile, catalog: Catalog) -> tuple[DeviceMatch, ...]:
    """Every device of a rig that the catalog may know: camera, wheel or both wheels, focuser."""
    settings, wheel = rig.settings, profile.wheel
    camera, focuser = profile.camera, profile.focuser
    found = [
        _match(rig, "camera", settings.camera, camera.id if camera else None, catalog),
        _match(rig, "wheel", settings.wheel, wheel.id if wheel else None, catalog),
        _match(rig, "focuser", settings.focuser, focuser.id if focuser else None, catalog),
    ]
    if settings.stack:
        both = zip(settings.stack, profile.stacked, strict=False)
        found[1:2] = [
            _match(rig, f"wheel.stack.{number}", part.ref, one.id, catalog)
            for number, (part, one) in enumerate(both, 1)
        ]
    return tuple(one for one in found if one is not None)


def match_rig(rig: Rig, profile: EquipmentProfile, catalog: Catalog) -> Json:
    """What each device of the rig is in the catalog, beside what the owner says it is."""
    devices = [_described(one) for one in matches_of(rig, profile, catalog)]
    return {"rig": rig.settings.name, "devices": devices}


def match_sentence(one: DeviceMatch, catalog: Catalog) -> str | None:
    """One line for the diary on what a device is; None while it was not seen."""
    found, identity = one.settled, one.identity
    if found is None or identity is None:
        return None
    device = f"{KIND_WORDS[one.kind]} {identity.name}"
    if found.status is Status.MATCH and found.entry_id is not None:
        return f"{device} is {_titles(one, (found.entry_id,), catalog)}"
    if found.status is Status.AMBIGUOUS and found.question is not None:
        shown = found.candidates[:MOST_NAMED]
        more = (
            f" or {len(found.candidates) - MOST_NAMED} more"
            if len(found.candidates) > MOST_NAMED
            else ""
        )
        return f"{device} may be {_titles(one, shown, catalog)}{more}: {found.question.text}"
    return f"{device} is not in the catalog: {'; '.join(found.evidence)}"


def train_of(name: str, profile: EquipmentProfile, catalog: Catalog) -> tuple[Json, str | None]:
    """The required path length of a rig and the best stacks of its parts; the best one drawn (SVG).

    Where something that the answer needs is not known, the answer is the sentence that names it.
    """
    lookup = CatalogLookup(catalog)
    try:
        found = answer(train_question(profile, lookup), STACKS)
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
        "wheel": {
            "id": wheel.id,
            "filters": [slot.name for slot in wheel_slots(profile)],
            "stack": [
                {"id": one.id, "filters": [profile.filters[key].name for key in one.slots]}
                for one in wheel.stack
            ],
        }
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


def train_question(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainQuestion:
    """What is asked of the spacer search.

    Raises:
        TrainError: something that it needs is not known.
        ValidationError: the profile says what no train file may.
    """
    return resolve(train_file(profile, lookup), TwoOfAKind(lookup))


def train_file(profile: EquipmentProfile, lookup: CatalogLookup) -> TrainFile:
    """The train file that says the same as the profile.

    Raises:
        TrainError: nobody has said which devices are in the train.
    """
    optic, camera = profile.optic, profile.camera
    devices = _devices(profile, lookup)
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
        devices=tuple(DeviceEntry(id=entry) for entry in devices),
        filters=tuple(
            FilterEntry(
                id=one.id,
                name=one.name,
                device=device,
                empty=one.kind is SlotKind.EMPTY,
                thickness_mm=one.thickness_mm,
                glass=one.glass,
                band_centre_nm=one.band_centre_nm,
            )
            for device, key in _glass(profile, devices, lookup)
            if (one := profile.filters[key]).kind in {SlotKind.FILTER, SlotKind.EMPTY}
        ),
        parts=tuple(
            PartEntry(id=entry, count=count) for entry, count in profile.train.owned.items()
        ),
    )


def _devices(profile: EquipmentProfile, lookup: CatalogLookup) -> tuple[str, ...]:
    """The devices of the train: guider first, and wheels that it does not name at the camera."""
    named, oag, wheel = profile.train.devices, profile.train.oag, profile.wheel
    if oag is None and not named:
        raise TrainError("train: whether an off-axis guider is in it is not known (train.oag)")
    if oag is not None and oag not in (NO_GUIDER, *named):
        named = (oag, *named)
    if profile.stacked:
        return _with_both(profile, named, lookup)
    if wheel is None or wheel.id is None or any(lookup.is_wheel(one) for one in named):
        return named
    return (*named, wheel.id)


def _with_both(
    profile: EquipmentProfile, named: tuple[str, ...], lookup: CatalogLookup
) -> tuple[str, ...]:
    """The same with two stacked wheels; the second of two of one model is told apart."""
    wheels = [one for one in named if lookup.is_wheel(one)]
    if len(wheels) not in {0, 2}:
        listed = ", ".join(wheels)
        raise TrainError(f"train.devices: two wheels are stacked; name both or none, not {listed}")
    if not wheels:
        for number, one in enumerate(profile.stacked, 1):
            if one.id is None:
                what = f"which filter wheel {one.address.device} is, is not known"
                raise TrainError(f"train: {what} (wheel.stack.{number}.id)")
            wheels.append(one.id)
        named = (*named, *wheels)
    if wheels[0] != wheels[1]:
        return named
    last = len(named) - 1 - named[::-1].index(wheels[1])
    return (*named[:last], second_of(wheels[1]), *named[last + 1 :])


def _glass(
    profile: EquipmentProfile, devices: tuple[str, ...], lookup: CatalogLookup
) -> tuple[tuple[str, str], ...]:
    """Key of every filter in the wheel, each with what holds it in the train."""
    if not profile.stacked:
        return tuple((SOME_WHEEL, key) for key in (profile.wheel.slots if profile.wheel else ()))
    wheels = [one for one in devices if lookup.is_wheel(first_of(one))]
    return tuple(
        (holder, key)
        for holder, one in zip(wheels, profile.stacked, strict=True)
        for key in one.slots
    )


def unknown_entries(profile: EquipmentProfile, catalog: Catalog) -> tuple[str, ...]:
    """Every catalog id of a profile that is in no catalog file, with the key that names it."""
    named = [
        ("optic.id", profile.optic.id),
        ("camera.id", profile.camera.id if profile.camera else None),
        ("wheel.id", profile.wheel.id if profile.wheel else None),
        *((f"wheel.stack.{n}.id", one.id) for n, one in enumerate(profile.stacked, 1)),
        ("focuser.id", profile.focuser.id if profile.focuser else None),
        *((f"filters.{key}.id", one.id) for key, one in profile.filters.items()),
        ("train.oag", None if profile.train.oag == NO_GUIDER else profile.train.oag),
        *((f"train.devices: {entry}", entry) for entry in profile.train.devices),
        *((f"train.owned: {entry}", entry) for entry in profile.train.owned),
    ]
    return tuple(
        f"{key}: {entry!r} is not in the catalog"
        for key, entry in named
        if entry is not None and not catalog.show(entry)
    )


def _match(
    rig: Rig, role: str, ref: DeviceRef | None, stated: str | None, catalog: Catalog
) -> DeviceMatch | None:
    if ref is None:
        return None
    kind = _KINDS[role.partition(".")[0]]
    identity = next((i for i in rig.identities if i.ref == ref), None)
    found = match(facts_of(identity, kind), catalog) if identity is not None else None
    return DeviceMatch(role=role, kind=kind, ref=ref, identity=identity, stated=stated, found=found)


def _described(one: DeviceMatch) -> Json:
    head: dict[str, object] = {"kind": one.kind, "device": one.ref.key, "server": one.ref.server}
    found = one.settled
    if found is None or one.identity is None:
        unseen = ["the device was not seen"]
        return {**head, "status": "none", "evidence": unseen, "stated": one.stated}
    return {
        **head,
        "name": one.identity.name,
        **match_as_json(found),
        "stated": one.stated,
    }


def _titles(one: DeviceMatch, entry_ids: Sequence[str], catalog: Catalog) -> str:
    entries = catalog.entries.get(one.kind, {})
    return " or ".join(str(entries.get(wanted, wanted)) for wanted in entry_ids)
