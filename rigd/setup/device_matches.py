"""What each device of a rig is in the catalog. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rigd.catalog.catalog import Catalog
from rigd.catalog.matching import Match, Status, facts_of, match
from rigd.devices.identity import DeviceIdentity, DeviceKind, DeviceRef
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import NO_GUIDER
from rigd.focus.state.rig import Rig
from rigd.view.device_matches import (
    DeviceMatches,
    MatchedDevice,
    UnseenDevice,
    match_report,
)

UNKNOWN = "is not in the catalog"
MOST_NAMED = 4
"""So many candidates are named in one line."""
_KINDS: Mapping[str, DeviceKind] = {
    "camera": DeviceKind.CAMERA,
    "wheel": DeviceKind.FILTERWHEEL,
    "focuser": DeviceKind.FOCUSER,
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
    found: Match | None
    """By its own evidence alone; None if it was not seen."""
    stated: str | None = None
    """The entry that the owner says it is."""

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


def recognise_devices(rig: Rig, catalog: Catalog) -> tuple[DeviceMatch, ...]:
    """Match every device of a rig that the catalog may know: camera, wheel or wheels, focuser.

    What a profile says does not enter here, so one search serves a whole derivation, in which the
    profile changes with every answer: searching the catalog is its most expensive step.
    """
    settings = rig.settings
    stack: list[tuple[str, DeviceRef | None]] = [
        (f"wheel.stack.{number}", part.ref) for number, part in enumerate(settings.stack, 1)
    ]
    roles = [
        ("camera", settings.camera),
        *(stack or [("wheel", settings.wheel)]),
        ("focuser", settings.focuser),
    ]
    return tuple(_recognise(rig, role, ref, catalog) for role, ref in roles if ref is not None)


def with_stated_entries(
    recognised: Sequence[DeviceMatch], profile: EquipmentProfile
) -> tuple[DeviceMatch, ...]:
    """The same with the entries that the owner says the devices are."""
    stated = {
        role: part.id if part else None
        for role, part in (
            ("camera", profile.camera),
            ("wheel", profile.wheel),
            ("focuser", profile.focuser),
        )
    }
    stated |= {f"wheel.stack.{number}": one.id for number, one in enumerate(profile.stacked, 1)}
    return tuple(replace(one, stated=stated[one.role]) for one in recognised if one.role in stated)


def describe_matches(rig: Rig, matches: Sequence[DeviceMatch]) -> DeviceMatches:
    """What each device of the rig is in the catalog, beside what the owner says it is."""
    return DeviceMatches(rig=rig.settings.name, devices=tuple(_describe(one) for one in matches))


def match_sentence(one: DeviceMatch, catalog: Catalog) -> str | None:
    """One line for the diary on what a device is; None while it was not seen."""
    found, identity = one.settled, one.identity
    if found is None or identity is None:
        return None
    device = f"{one.kind.words} {identity.name}"
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
    return f"{device} {UNKNOWN}: {'; '.join(found.evidence)}"


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


def _recognise(rig: Rig, role: str, ref: DeviceRef, catalog: Catalog) -> DeviceMatch:
    kind = _KINDS[role.partition(".")[0]]
    identity = next((i for i in rig.identities if i.ref == ref), None)
    found = match(facts_of(identity, kind), catalog) if identity is not None else None
    return DeviceMatch(role=role, kind=kind, ref=ref, identity=identity, found=found)


def _describe(one: DeviceMatch) -> MatchedDevice | UnseenDevice:
    found = one.settled
    if found is None or one.identity is None:
        return UnseenDevice(
            kind=one.kind,
            device=one.ref.key,
            server=one.ref.server,
            status=Status.NONE,
            evidence=("the device was not seen",),
            stated=one.stated,
        )
    return MatchedDevice(
        kind=one.kind,
        device=one.ref.key,
        server=one.ref.server,
        name=one.identity.name,
        match=match_report(found),
        stated=one.stated,
    )


def _titles(one: DeviceMatch, entry_ids: Sequence[str], catalog: Catalog) -> str:
    entries = catalog.entries.get(one.kind, {})
    return " or ".join(str(entries.get(wanted, wanted)) for wanted in entry_ids)
