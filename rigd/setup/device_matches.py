"""What rigd works out of a rig: its devices in the catalog, and its imaging train. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.matching import Match, Status, facts_of, match
from rigd.catalog.matching import as_json as match_as_json
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import NO_GUIDER
from rigd.focus.state.rig import Rig
from rigd.view.rig import Json

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
