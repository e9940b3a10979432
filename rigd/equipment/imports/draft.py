"""A draft of an equipment profile from what a program says of wheel, focuser and telescope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from rigd.equipment.filter_names import read_filter_name
from rigd.equipment.imports.imported import ImportedOffset, ImportedServer, ImportedTrain
from rigd.equipment.profile import EquipmentProfile
from rigd.equipment.profile_tables import (
    CameraProfile,
    DeviceAddress,
    FilterProfile,
    FocuserProfile,
    MountProfile,
    OpticProfile,
    WheelProfile,
)
from rigd.files.names import derive_name
from rigd.optics.filter_offsets import SlotKind

MAX_SLOTS = 64
"""No wheel has more."""
MAX_OFFSET_STEPS = 1_000_000
"""No filter shifts focus by more."""
MIN_FIGURE = 0.01
MAX_FIGURE = 1_000_000.0
"""No focal length in millimetres, focal ratio or wavelength in nanometres lies outside."""
_WHOLE_LIGHT = frozenset({"luminance", "clear", "uv_ir_cut"})
_GLASSLESS = frozenset(
    {"dark", "opaque", "blank", "black", "closed", "empty", "none", "open", "no filter"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One slot as another program describes it."""

    name: str | None
    offset_steps: int | None = None
    band_centre_nm: float | None = None
    preferred: bool = False
    """The filter that the program focuses with."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """Gathers one light path; `train` makes the profile of it."""

    name: str
    source: str
    modified: date | None
    optic: OpticProfile = field(default_factory=OpticProfile)
    slots: Sequence[Slot] = ()
    wheel: DeviceAddress | None = None
    wheel_by_hand: bool = False
    """The filters are changed by a person."""
    focuser: DeviceAddress | None = None
    camera: DeviceAddress | None = None
    mount: DeviceAddress | None = None
    not_understood: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    servers: list[ImportedServer] = field(default_factory=list)

    def place(
        self, driver: str, device: str, host: str | None = None, port: int | None = None
    ) -> DeviceAddress:
        """Return the address of a device on a server of this protocol.

        Where the file does not say which server, it is the one that other devices are on.
        """
        alike = [known for known in self.servers if known.driver == driver]
        for known in alike:
            if host is None or (known.host, known.port) == (host, port):
                return DeviceAddress(server=known.name, device=device)
        unplaced = [known for known in alike if known.host is None]
        name = driver if unplaced or not alike else f"{driver}-{len(alike) + 1}"
        found = ImportedServer(name=name, driver=driver, host=host, port=port)
        self.servers = [known for known in self.servers if known not in unplaced] + [found]
        return DeviceAddress(server=name, device=device)

    def train(self) -> ImportedTrain:
        """Return the profile and its offsets; adds to the lines what a person should know.

        Raises:
            ValueError: there are more slots than any wheel has.
        """
        if len(self.slots) > MAX_SLOTS:
            msg = f"{len(self.slots)} filter slots, the limit is {MAX_SLOTS}"
            raise ValueError(msg)
        keys = _keys([slot.name for slot in self.slots])
        filters = {
            key: self._filter(number, slot)
            for number, (key, slot) in enumerate(zip(keys, self.slots, strict=True), 1)
        }
        reference = self._reference(keys)
        if self.slots and self.wheel is None and not self.wheel_by_hand:
            self.warnings.append(
                f"{self.name}: no wheel that rigd can reach is named, so the filters stand in no "
                f"slots; their order was {', '.join(keys)}"
            )
        if self.wheel is not None and not self.slots:
            self.not_understood.append(
                f"{self.name}: filter wheel {self.wheel.device}: the file names no filters in it"
            )
        profile = EquipmentProfile(
            name=self.name,
            reference_filter=reference,
            optic=self.optic,
            camera=CameraProfile(address=self.camera) if self.camera else None,
            wheel=self._wheel(keys),
            focuser=FocuserProfile(address=self.focuser) if self.focuser else None,
            mount=MountProfile(address=self.mount) if self.mount else None,
            filters=filters,
        )
        return ImportedTrain(
            profile=profile,
            offsets=self._offsets(keys, filters, reference),
            servers=tuple(self.servers),
        )

    def _wheel(self, keys: tuple[str, ...]) -> WheelProfile | None:
        if not keys:
            return None
        if self.wheel_by_hand:
            return WheelProfile(manual=True, slots=keys)
        return WheelProfile(address=self.wheel, slots=keys) if self.wheel else None

    def _filter(self, number: int, slot: Slot) -> FilterProfile:
        name = slot.name or f"slot {number}"
        kind = SlotKind.FILTER
        if slot.name is None or name.casefold() in _GLASSLESS:
            kind = SlotKind.UNKNOWN
            self.warnings.append(
                f"{self.name}: slot {number} ({name}): state its kind: filter, empty or opaque"
            )
        return FilterProfile(name=name, kind=kind, band_centre_nm=slot.band_centre_nm)

    def _reference(self, keys: Sequence[str]) -> str | None:
        stated = [slot.offset_steps for slot in self.slots if slot.offset_steps is not None]
        if not any(stated):
            if stated:
                self.warnings.append(
                    f"{self.name}: every offset is 0: nobody set them, none is taken"
                )
            return None
        zero = [
            (key, slot)
            for key, slot in zip(keys, self.slots, strict=True)
            if slot.offset_steps == 0 and (slot.name or "").casefold() not in _GLASSLESS
        ]
        if not zero:
            self.warnings.append(
                f"{self.name}: no filter has the offset 0, so what the offsets are counted from is "
                "unknown; none is taken"
            )
            return None
        reference = _counted_from(zero)
        if reference is None:
            self.warnings.append(
                f"{self.name}: several filters have the offset 0 "
                f"({', '.join(key for key, _ in zero)}), and nothing says which of them the "
                "others are counted from; none is taken"
            )
            return None
        others = [key for key, _ in zero if key != reference]
        if others:
            self.warnings.append(
                f"{self.name}: also at 0, which may mean measured as equal or never set, so not "
                f"taken: {', '.join(others)}"
            )
        return reference

    def _offsets(
        self, keys: Sequence[str], filters: dict[str, FilterProfile], reference: str | None
    ) -> tuple[ImportedOffset, ...]:
        if reference is None:
            return ()
        return tuple(
            ImportedOffset(
                filter=key,
                focus_offset_steps=slot.offset_steps,
                reference=reference,
                source=self.source,
                date=self.modified,
            )
            for key, slot in zip(keys, self.slots, strict=True)
            if slot.offset_steps is not None
            and (slot.offset_steps != 0 or key == reference)
            and filters[key].kind is SlotKind.FILTER
        )


def _counted_from(zero: Sequence[tuple[str, Slot]]) -> str | None:
    """Return the filter that offsets are counted from, of those at 0; None: nothing says which.

    The one that the program focuses with; else the only luminance; else the only one.
    """
    preferred = [key for key, slot in zero if slot.preferred]
    luminance = [key for key, slot in zero if read_filter_name(slot.name or "") in _WHOLE_LIGHT]
    for found in (preferred, luminance, [key for key, _ in zero]):
        if len(found) == 1:
            return found[0]
    return None


def plausible_figure(value: float | None) -> float | None:
    """Return a focal length, ratio or wavelength to four places; None where it cannot be one."""
    if value is None or not MIN_FIGURE <= value <= MAX_FIGURE:
        return None
    return round(value, 4)


def list_names(names: Iterable[str]) -> str:
    """Return names in one line, each once, the first twenty of them."""
    different = list(dict.fromkeys(name[:60] for name in names))
    more = f" and {len(different) - 20} more" if len(different) > 20 else ""
    return ", ".join(different[:20]) + more


def whole_steps(value: float | None) -> int | None:
    """Return a whole number of steps that can be an offset; None for anything else."""
    if value is None or not value.is_integer() or abs(value) > MAX_OFFSET_STEPS:
        return None
    return int(value)


def _keys(names: Sequence[str | None]) -> tuple[str, ...]:
    keys: list[str] = []
    for number, name in enumerate(names, 1):
        stem = derive_name(name or "") or f"slot-{number}"
        key, again = stem, 2
        while key in keys:
            key, again = f"{stem}-{again}", again + 1
        keys.append(key)
    return tuple(keys)
