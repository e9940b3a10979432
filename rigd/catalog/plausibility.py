"""Figures that cannot be right: out of range, at odds with each other or with the same chip."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from rigd.catalog.catalog import Catalog
from rigd.catalog.models.camera import Camera, Sensor
from rigd.catalog.provenance import facts_of
from rigd.catalog.relations import Fault
from rigd.units import mm_from_um

_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "camera flange_distance_mm": (3, 75),
    "camera pixel_um": (0.8, 26),
    "camera width_px": (320, 20_000),
    "camera height_px": (240, 20_000),
    "camera width_mm": (2, 60),
    "camera height_mm": (1.5, 60),
    "camera bit_depth": (8, 18),
    "filterwheel optical_length_mm": (8, 70),
    "filterwheel slots": (3, 20),
    "part optical_length_mm": (0, 100),
    "part clear_aperture_mm": (5, 150),
    "optic back_focus_mm": (10, 400),
    "optic focal_length_mm": (40, 6000),
    "optic focal_ratio": (1, 20),
    "optic magnification": (0.2, 6),
    "optic image_circle_mm": (4, 120),
    "focuser max_steps": (100, 20_000_000),
    "focuser step_size_um": (0.001, 50),
    "filter thickness_mm": (0.4, 6),
    "filter centre_nm": (250, 2500),
    "filter width_nm": (0.5, 1500),
    "substrate n_d": (1.3, 2.1),
    "standard diameter_mm": (5, 200),
    "standard pitch_mm": (0.3, 3),
    "standard flange_distance_mm": (5, 80),
}
"""What no such thing lies outside of, by kind and field."""

_AREA_ERROR: Final = 0.025
"""Data sheets round the area, and count pixels with or without a border."""
_FRAME_ERROR: Final = 0.06
"""Cropped and overscanned frames of one chip differ by less."""
_PIXEL_ERROR: Final = 0.004
"""Lists round 3.76 to 3.8, which is another pixel; 2.315 and 2.31 are one."""
_BINNED_ERROR: Final = 0.015
_MM_IN_AN_INCH: Final = 25.4


def plausibility_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield figures that no such thing has, and figures that contradict each other."""
    for kind, entries in catalog.entries.items():
        for entry in entries.values():
            for field, value in facts_of(entry).items():
                says = _out_of_range(kind, field, value)
                if says is not None:
                    yield Fault(kind=kind, entry_id=entry.id, field=field, says=says)
    for camera in catalog.all(Camera):
        for field, sensor in (("sensor", camera.sensor), ("guide_sensor", camera.guide_sensor)):
            if sensor is not None:
                for says in _area_faults(sensor):
                    yield Fault(kind="camera", entry_id=camera.id, field=field, says=says)
    yield from _chip_faults(catalog)


def _out_of_range(kind: str, field: str, value: object) -> str | None:
    limits = _RANGES.get(f"{kind} {field.rsplit('.', 1)[-1]}")
    if limits is None or not isinstance(value, int | float):
        return None
    least, most = limits
    if least <= value <= most:
        return None
    inches = field.endswith("_mm") and least <= value * _MM_IN_AN_INCH <= most and value < least
    hint = ": is it in inches?" if inches else ""
    return f"{value:g} is not between {least:g} and {most:g}{hint}"


def _area_faults(sensor: Sensor) -> Iterator[str]:
    for side, pixels, length_mm in (
        ("width", sensor.width_px, sensor.width_mm),
        ("height", sensor.height_px, sensor.height_mm),
    ):
        if pixels is None or length_mm is None or sensor.pixel_um is None:
            continue
        computed_mm = mm_from_um(1) * pixels * sensor.pixel_um
        if abs(computed_mm - length_mm) > _AREA_ERROR * length_mm + 0.05:
            yield (
                f"{side}: {pixels} px of {sensor.pixel_um:g} µm are {computed_mm:.2f} mm, "
                f"not {length_mm:g} mm"
            )


def chip_of(name: str | None) -> str | None:
    """Return the type of a chip without maker and variant: IMX571 of "Sony IMX571BQR"."""
    found = re.search(r"[A-Z]{2,4}[- ]?\d{3,5}", name or "")
    return found[0].replace(" ", "").replace("-", "") if found else None


def _chip_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield cameras whose sensor has another pixel or frame than most with the same chip."""
    alike: dict[str, list[tuple[Camera, Sensor]]] = defaultdict(list)
    for camera in catalog.all(Camera):
        chip = chip_of(camera.sensor.name) if camera.sensor else None
        if chip is not None and camera.sensor is not None:
            alike[chip].append((camera, camera.sensor))
    for chip, several in alike.items():
        pixels = Counter(one.pixel_um for _, one in several if one.pixel_um)
        widths = Counter(one.width_px for _, one in several if one.width_px)
        heights = Counter(one.height_px for _, one in several if one.height_px)
        for camera, sensor in several:
            for field, unit, value, counted, error in (
                ("sensor.pixel_um", "µm", sensor.pixel_um, pixels, _PIXEL_ERROR),
                ("sensor.width_px", "px", sensor.width_px, widths, _FRAME_ERROR),
                ("sensor.height_px", "px", sensor.height_px, heights, _FRAME_ERROR),
            ):
                usual = max(counted, key=lambda one: (counted[one], one), default=None)
                if value and usual and not _is_of_one_chip(value, usual, error):
                    says = f"other cameras with the {chip} have {usual:g} {unit}, not {value:g}"
                    yield Fault(kind="camera", entry_id=camera.id, field=field, says=says)


def _is_of_one_chip(value: float, usual: float, error: float) -> bool:
    """Whether two figures may be of one chip: alike, or one of them binned by two."""
    binned = min(error, _BINNED_ERROR)
    off = [abs(value * by - usual) / usual for by in (0.5, 1, 2)]
    return off[1] <= error or min(off) <= binned
