"""The second evidence: what a device reports beside its name, against an entry of the catalog."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rigd.catalog.models.camera import Camera, Sensor
from rigd.catalog.models.filter_wheel import FilterWheel
from rigd.catalog.models.focuser import Focuser
from rigd.devices.identity import SensorGeometry

_FLOAT_NOISE_UM: Final = 1e-4
"""Drivers keep a pixel's size in single precision: 3.76 arrives as 3.7599999905."""

_FRAME_MARGIN: Final = 0.04
"""How much a driver's frame may differ from the chip's image, as a part of it; our choice.

A KAF-8300 is 3326 x 2504 px, and 3448 x 2574 px with its covered columns.
"""

_MOST_BINNED: Final = 4
"""A header may have the binned frame and the binned pixel; more than four is not usual."""


class Verdict(StrEnum):
    """Whether the evidence is for, against, or neither."""

    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verdict and the line that says it."""

    verdict: Verdict
    says: str


def geometry_evidence(
    given: SensorGeometry | None, camera: Camera, *, may_be_binned: bool = False
) -> Evidence:
    """Compare a sensor's geometry; agreement needs width, height and size of a pixel.

    A header may have been written from a binned frame; a driver tells of its whole sensor.
    """
    sensor = camera.sensor
    if given is None or sensor is None:
        missing = "the device does not tell" if given is None else "the catalog does not know"
        return Evidence(Verdict.SILENT, f"geometry: {missing}")
    main = _compare(given, sensor, may_be_binned=may_be_binned)
    guide = camera.guide_sensor
    if guide is not None and _compare(given, guide, may_be_binned=False).verdict is Verdict.AGREES:
        says = f"geometry: it is the guide sensor of {camera}, not its main one"
        return Evidence(Verdict.CONTRADICTS, says)
    return main


def _short(size_um: float | None) -> str:
    """A pixel as a person writes it: what a driver keeps as a float of 32 bits is 5.1999998."""
    return "unknown" if size_um is None else f"{size_um:.6g}"


def _compare(given: SensorGeometry, sensor: Sensor, *, may_be_binned: bool) -> Evidence:
    if given.colour is not None and sensor.colour is not None and given.colour != sensor.colour:
        tints = {True: "colour", False: "mono"}
        says = f"sensor: the device is {tints[given.colour]}, the entry {tints[sensor.colour]}"
        return Evidence(Verdict.CONTRADICTS, says)
    said = f"{given.width_px} x {given.height_px} px of {_short(given.pixel_width_um)} µm"
    known = f"{sensor.width_px} x {sensor.height_px} px of {_short(sensor.pixel_um)} µm"
    chip = (sensor.width_px, sensor.height_px, sensor.pixel_um)
    frames = [chip, *((*one.px, one.pixel_um or sensor.pixel_um) for one in sensor.frames)]
    verdicts = [_frame_verdict(given, *frame) for frame in frames]
    if Verdict.AGREES in verdicts:
        return Evidence(Verdict.AGREES, f"geometry: {said}, as in the catalog")
    if any(verdict is not Verdict.CONTRADICTS for verdict in verdicts):
        return Evidence(Verdict.SILENT, "geometry: not enough of it is known to compare")
    if may_be_binned and any(_is_binned(given, *frame) for frame in frames):
        return Evidence(Verdict.SILENT, f"geometry: {said}; binned, it may be the catalog's")
    if not any(one.seen_in for one in sensor.frames) and _may_be_frame_of(given, *chip):
        says = f"geometry: {said}; the catalog has the chip's {known}, no driver's frame was seen"
        return Evidence(Verdict.SILENT, says)
    return Evidence(Verdict.CONTRADICTS, f"geometry: {said}, but the catalog has {known}")


def _frame_verdict(
    given: SensorGeometry, width_px: int | None, height_px: int | None, pixel_um: float | None
) -> Verdict:
    """Agreement needs width, height and pixel size; one difference is a contradiction."""
    sides = [(given.width_px, width_px), (given.height_px, height_px)]
    pixels = [(given.pixel_width_um, pixel_um), (given.pixel_height_um, pixel_um)]
    if any(mine != theirs for mine, theirs in sides if mine and theirs):
        return Verdict.CONTRADICTS
    if not all(_is_same_pixel(mine, theirs) for mine, theirs in pixels if mine and theirs):
        return Verdict.CONTRADICTS
    complete = all(mine and theirs for mine, theirs in (*sides, pixels[0]))
    return Verdict.AGREES if complete else Verdict.SILENT


def _is_binned(
    given: SensorGeometry, width_px: int | None, height_px: int | None, pixel_um: float | None
) -> bool:
    """Return whether pixels of two to four times the size, and as much fewer, fit a frame."""
    if not given.pixel_width_um or not pixel_um:
        return False
    binning = round(given.pixel_width_um / pixel_um)
    sides = [(given.width_px, width_px), (given.height_px, height_px)]
    return (
        2 <= binning <= _MOST_BINNED
        and _is_same_pixel(given.pixel_width_um / binning, pixel_um)
        and all(
            abs(mine * binning - theirs) <= _FRAME_MARGIN * theirs
            for mine, theirs in sides
            if mine and theirs
        )
    )


def _may_be_frame_of(
    given: SensorGeometry, width_px: int | None, height_px: int | None, pixel_um: float | None
) -> bool:
    """Return whether a driver that crops or adds covered pixels may report this for a chip."""
    pairs = ((given.width_px, width_px), (given.height_px, height_px))
    near = all(
        mine and theirs and abs(mine - theirs) <= _FRAME_MARGIN * theirs for mine, theirs in pairs
    )
    pixels = (given.pixel_width_um, given.pixel_height_um)
    return near and all(_is_same_pixel(one, pixel_um) for one in pixels if one and pixel_um)


def _is_same_pixel(mine_um: float, theirs_um: float) -> bool:
    """Return whether the reported size is the known one, rounded as the driver rounds.

    3.75 and 3.76 µm are different sensors; a reported 2.3 or 2.32 µm may be 2.315 µm.
    """
    decimals = len(f"{round(mine_um, 4):.4f}".rstrip("0").partition(".")[2])
    unit_um = 10.0 ** -min(max(decimals, 1), 2)
    return abs(mine_um - theirs_um) <= unit_um / 2 + _FLOAT_NOISE_UM


def slots_evidence(slots: int | None, wheel: FilterWheel) -> Evidence:
    """Return what the number of slots says of a wheel."""
    possible = {wheel.slots} if wheel.slots else {one.slots for one in wheel.carousels}
    possible.discard(None)
    if slots is None or not possible:
        missing = "the device does not tell" if slots is None else "the catalog does not know"
        return Evidence(Verdict.SILENT, f"slots: {missing}")
    if slots in possible:
        return Evidence(Verdict.AGREES, f"slots: {slots}, as in the catalog")
    known = " or ".join(str(one) for one in sorted(one for one in possible if one))
    return Evidence(Verdict.CONTRADICTS, f"slots: {slots}, but the catalog has {known}")


def steps_evidence(max_steps: int | None, step_size_um: float | None, focuser: Focuser) -> Evidence:
    """Compare limit and step size: an owner may set a limit, so only a step size can object."""
    step, known = step_size_um, focuser.step_size_um
    if step is not None and known is not None:
        if abs(step - known) <= 0.01 * known:
            return Evidence(Verdict.AGREES, f"step size: {step} µm, as in the catalog")
        says = f"step size: {step} µm, but the catalog has {known} µm"
        return Evidence(Verdict.CONTRADICTS, says)
    limits = {focuser.max_steps, focuser.ceiling_steps} - {None}
    if max_steps is not None and max_steps in limits:
        return Evidence(Verdict.AGREES, f"largest position: {max_steps}, as in the catalog")
    if max_steps is not None and limits:
        says = f"largest position: {max_steps}; an owner may set it, so it says nothing"
        return Evidence(Verdict.SILENT, says)
    return Evidence(Verdict.SILENT, "steps: nothing to compare")
