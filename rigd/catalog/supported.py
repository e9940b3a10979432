"""The list of what the catalog knows, written from the catalog itself."""

from collections.abc import Iterator

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera
from rigd.catalog.models.filter import Filter
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.catalog.models.optic import Optic
from rigd.catalog.models.part import Part

_HEAD = """\
# Supported equipment

Written from the catalog by `rigd catalog supported`. A dash is a value that nobody
has sourced yet: rigd asks for it, it never fills one in. "rigd catalog show ID" prints the sources.
"""


def supported_markdown(catalog: Catalog) -> str:
    """Return the page: one table for each kind of equipment."""
    sections = (
        _HEAD,
        _summary(catalog),
        _table(
            "Cameras", ("id", "camera", "front: flange distance", "confidence"), _cameras(catalog)
        ),
        _table("Filter wheels", ("id", "wheel", "slots", "length", "confidence"), _wheels(catalog)),
        _table(
            "Focusers",
            ("id", "focuser", "largest position", "step", "confidence"),
            _focusers(catalog),
        ),
        _table(
            "Telescopes and correctors",
            ("id", "optic", "back focus", "confidence"),
            _optics(catalog),
        ),
        _table(
            "Parts",
            ("id", "part", "length", "telescope end", "camera end", "confidence"),
            _parts(catalog),
        ),
        _table("Filters", ("id", "filter", "thickness", "glass", "confidence"), _filters(catalog)),
    )
    return "\n".join(sections)


def _summary(catalog: Catalog) -> str:
    counts = catalog.counts()
    optics = catalog.all(Optic)
    return (
        f"{counts['camera']} cameras, {counts['filterwheel']} filter wheels, "
        f"{counts['focuser']} focusers, {counts['optic']} telescopes and correctors "
        f"({sum(bool(optic.back_focus) for optic in optics)} with a sourced back focus, "
        f"{sum(optic.requires_back_focus is False for optic in optics)} that demand none), "
        f"{counts['part']} parts, {counts['filter']} filters "
        f"({sum(one.thickness_mm is not None for one in catalog.all(Filter))} with a thickness).\n"
    )


def _table(name: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"## {name}", "", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _mm(length_mm: float | None) -> str:
    return "-" if length_mm is None else f"{length_mm:g} mm"


def _cameras(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for camera in catalog.all(Camera):
        fronts = "; ".join(
            f"{one.name}: {_mm(one.flange_distance_mm)}{f', {one.end}' if one.end else ''}"
            for one in camera.mount_configurations
        )
        yield camera.id, str(camera), fronts, catalog.confidence(camera).value


def _wheels(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for wheel in catalog.all(FilterWheel):
        slots = str(wheel.slots) if wheel.slots else _carousels(wheel)
        yield (
            wheel.id,
            str(wheel),
            slots,
            _mm(wheel.optical_length_mm),
            catalog.confidence(wheel).value,
        )


def _carousels(wheel: FilterWheel) -> str:
    return " or ".join(str(one.slots) for one in wheel.carousels if one.slots) or "-"


def _focusers(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for focuser in catalog.all(Focuser):
        limit = "-" if focuser.max_steps is None else str(focuser.max_steps)
        step = "-" if focuser.step_size_um is None else f"{focuser.step_size_um:g} µm"
        yield focuser.id, str(focuser), limit, step, catalog.confidence(focuser).value


def _optics(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for optic in catalog.all(Optic):
        demands = "; ".join(
            f"{one.back_focus_mm:g} mm{f' from {one.measured_from}' if one.measured_from else ''}"
            for one in optic.back_focus
        )
        if optic.requires_back_focus is False:
            demands = "none"
        yield optic.id, str(optic), demands or "-", catalog.confidence(optic).value


def _parts(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for part in catalog.all(Part):
        yield (
            part.id,
            str(part),
            _mm(part.optical_length_mm),
            str(part.telescope_end or "-"),
            str(part.camera_end or "-"),
            catalog.confidence(part).value,
        )


def _filters(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for one in catalog.all(Filter):
        yield (
            one.id,
            str(one),
            _mm(one.thickness_mm),
            one.substrate or "-",
            catalog.confidence(one).value,
        )
