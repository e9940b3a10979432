"""What a person owns, looked up by id before the catalog is."""

from collections.abc import Sequence

from rigd.train.file_format import InventoryFile
from rigd.train.part_facts import BackFocusPlane, BodyFacts, FilterFacts, Lookup, OpticFacts
from rigd.train.question import TrainCamera
from rigd.train.resolve_body import resolve_body
from rigd.train.resolve_camera import resolve_camera
from rigd.train.resolve_optic import resolve_optic


class InventoryLookup:
    """A lookup that knows a person's own equipment, and asks another lookup for the rest."""

    def __init__(self, own: InventoryFile, other: Lookup) -> None:
        self._own = own
        self._other = other

    def optic(self, id: str) -> OpticFacts | None:
        """Return an optic that is owned, else of the catalog."""
        entry = next((one for one in self._own.optics if one.id == id), None)
        if entry is None:
            return self._other.optic(id)
        optic = resolve_optic(entry, self._other)
        planes: tuple[BackFocusPlane, ...] = ()
        if optic.back_focus_um is not None:
            planes = (
                BackFocusPlane(
                    back_focus_um=optic.back_focus_um, measured_from=optic.measured_from
                ),
            )
        return OpticFacts(
            name=optic.name,
            port=optic.port,
            kind=optic.kind,
            planes=planes,
            focal_ratio=optic.focal_ratio,
            focal_length_mm=optic.focal_length_mm,
            tolerance_um=optic.tolerance_um,
            available_um=optic.available_um,
            design_plates=optic.design_plates,
        )

    def camera(self, id: str) -> TrainCamera | None:
        """Return a camera that is owned, else of the catalog."""
        entry = next((one for one in self._own.cameras if one.id == id), None)
        if entry is None:
            return self._other.camera(id)
        return resolve_camera(entry, self._other)

    def part(self, id: str) -> BodyFacts | None:
        """Return a device or a part that is owned, else of the catalog."""
        things = (*self._own.devices, *self._own.parts)
        entry = next((one for one in things if one.id == id), None)
        if entry is None:
            return self._other.part(id)
        facts, _ = resolve_body(f"inventory {id!r}", entry, self._other)
        return facts

    def filter(self, id: str) -> FilterFacts | None:
        """Return a filter of the catalog."""
        return self._other.filter(id)

    def for_sale(self) -> Sequence[tuple[str, BodyFacts]]:
        """Return what the catalog offers."""
        return self._other.for_sale()

    def who_says(self, id: str, field: str) -> str | None:
        """Return where the catalog has a field from; what is owned has no source."""
        own = self._own
        ids = {one.id for one in own.optics} | {one.id for one in own.cameras}
        ids |= {one.id for one in own.devices} | {one.id for one in own.parts}
        if id in ids:
            return "your inventory"
        return self._other.who_says(id, field)
